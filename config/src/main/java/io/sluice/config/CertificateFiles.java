package io.sluice.config;

import java.nio.file.Path;

/**
 * A certificate with its chain, and its private key, in PEM files.
 *
 * @param certificate the certificate comes first, those that lead to its authority behind it
 * @param key without a passphrase
 */
public record CertificateFiles(Path certificate, Path key) {}
