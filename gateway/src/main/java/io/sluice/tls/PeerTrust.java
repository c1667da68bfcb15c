package io.sluice.tls;

import io.netty.handler.ssl.ResumableX509ExtendedTrustManager;
import io.sluice.config.UpstreamTls;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a certificate is that of an endpoint, as {@link UpstreamTls} says, and counts handshakes by whether they
 * had one to decide on. The name that was asked for is the engine's peer host. Called by engines, in the course of a handshake, on no loop ({@link ClientTls}).
 */
final class PeerTrust extends X509ExtendedTrustManager implements ResumableX509ExtendedTrustManager {
    private final UpstreamTls config;
    /** Null: authorities don't matter. */
    private final @Nullable X509TrustManager authorities;

    private final Seen seen;

    /** What was seen of certificates; outlives a change of files. Any thread. */
    static final class Seen {
        final LongAdder full = new LongAdder();
        final LongAdder resumed = new LongAdder();
        volatile @Nullable Instant expiry;
    }

    /** @param ca in place of the authorities of the Java runtime; null: those */
    PeerTrust(UpstreamTls config, @Nullable List<X509Certificate> ca, Seen seen) throws GeneralSecurityException {
        this.config = config;
        this.authorities = config.verify() ? authorities(ca) : null;
        this.seen = seen;
    }

    private static X509TrustManager authorities(@Nullable List<X509Certificate> ca) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(ca == null ? null : store(ca));
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager authorities) {
                return authorities;
            }
        }
        throw new GeneralSecurityException("the Java runtime can't verify certificates");
    }

    private static KeyStore store(List<X509Certificate> certificates) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry(String.valueOf(i), certificates.get(i));
            }
            return store;
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        verify(chain, type, engine.getPeerHost());
        seen.expiry = chain[0].getNotAfter().toInstant();
        seen.full.increment();
    }

    /** It was verified when the session began, with the same authorities and for the same name. */
    @Override
    public void resumeServerTrusted(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
        if (config.verify() && chain.length > 0) {
            checkTime(chain[0]);
        }
        seen.resumed.increment();
    }

    private void verify(X509Certificate[] chain, String type, @Nullable String host) throws CertificateException {
        X509Certificate certificate = chain[0];
        if (authorities != null) {
            checkTime(certificate);
            checkAuthority(authorities, chain, type);
            CertificateNames names = new CertificateNames(certificate);
            if (!config.names().isEmpty()) {
                if (config.names().stream().noneMatch(names::have)) {
                    throw new CertificateException("the certificate is for " + names + ", and for none of "
                            + String.join(", ", config.names()));
                }
            } else if (host == null || !names.have(host)) {
                throw new CertificateException("the certificate is for " + names + ", not for " + host);
            }
        }
        if (!config.publicKeys().isEmpty() && !config.publicKeys().contains(hash(certificate))) {
            throw new CertificateException("the public key has hash " + hash(certificate) + ", which is not expected");
        }
    }

    private static void checkTime(X509Certificate certificate) throws CertificateException {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            throw new CertificateException("the certificate has expired on "
                    + certificate.getNotAfter().toInstant());
        } catch (CertificateNotYetValidException e) {
            throw new CertificateException("the certificate is not valid before "
                    + certificate.getNotBefore().toInstant());
        }
    }

    private static void checkAuthority(X509TrustManager authorities, X509Certificate[] chain, String type)
            throws CertificateException {
        try {
            authorities.checkServerTrusted(chain, type);
        } catch (CertificateException e) {
            X509Certificate last = chain[chain.length - 1];
            boolean own = chain[0].getIssuerX500Principal().equals(chain[0].getSubjectX500Principal());
            String why = own
                    ? "the certificate is self-signed, and is not one of the authorities that are trusted"
                    : "the certificate does not lead to an authority that is trusted: it leads to "
                            + last.getIssuerX500Principal();
            throw new CertificateException(why + " (" + e.getMessage() + ")");
        }
    }

    private static String hash(X509Certificate certificate) throws CertificateException {
        try {
            byte[] key = certificate.getPublicKey().getEncoded();
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e);
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    // ---- what engines of clients don't ask

    private static CertificateException notAsked() {
        return new CertificateException("only engines verify endpoints here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw notAsked();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw notAsked();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw notAsked();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw notAsked();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw notAsked();
    }

    @Override
    public void resumeClientTrusted(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
        throw notAsked();
    }
}
