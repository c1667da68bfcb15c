package io.sluice.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A certificate with a key on the curve P-256, signed by itself, in files for each proxy's taste.
 *
 * @param certificate alone
 * @param key alone
 * @param both in one file
 */
record SiteCertificate(Path certificate, Path key, Path both) {

    /** Makes one, by the command {@code openssl}. */
    static SiteCertificate in(Path directory) throws IOException, InterruptedException {
        Path certificate = directory.resolve("site.pem");
        Path key = directory.resolve("site.key");
        List<String> command = List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=bench.test",
                "-days",
                "7",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("openssl: " + said);
        }
        Path both = directory.resolve("both.pem");
        Files.writeString(both, Files.readString(certificate) + Files.readString(key));
        return new SiteCertificate(certificate, key, both);
    }
}
