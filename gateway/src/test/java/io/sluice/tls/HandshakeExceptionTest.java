package io.sluice.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tls.HandshakeException.Kind;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HandshakeExceptionTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            error:10000410:SSL routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE | handshake_failure
            error:1000045c:SSL routines:OPENSSL_internal:TLSV1_CERTIFICATE_REQUIRED    | certificate_required
            error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA        | unknown_ca
            Received fatal alert: bad_certificate                                      | bad_certificate
            (certificate_required) Received fatal alert: certificate_required          | certificate_required
            """)
    void knowsAlertsThatCame(String message, String alert) {
        HandshakeException why = HandshakeException.of(new SSLException(message));

        assertThat(why.kind()).isEqualTo(Kind.ALERT);
        assertThat(why).hasMessage("the endpoint sent alert " + alert);
    }

    @Test
    void looksForTheCertificateBehindAnAlertOfItsOwn() {
        SSLException thrown = new SSLHandshakeException("General OpenSslEngine problem");
        thrown.initCause(new CertificateException("the certificate is for a, not for b"));

        HandshakeException why = HandshakeException.of(thrown);

        assertThat(why.kind()).isEqualTo(Kind.CERTIFICATE);
        assertThat(why).hasMessage("the certificate is for a, not for b");
    }

    @Test
    void takesAllElseForABreachOfProtocolInAShortLine() {
        HandshakeException why =
                HandshakeException.of(new SSLException("not an SSL/TLS record: " + "00".repeat(500) + "\nmore"));

        assertThat(why.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(why.getMessage()).hasSizeLessThan(210).doesNotContain("more");
        assertThat(why.getStackTrace()).isEmpty();
    }

    @Test
    void survivesCausesInACircle() {
        SSLException one = new SSLException("one");
        SSLException other = new SSLException("other", one);
        one.initCause(other);

        assertThat(HandshakeException.of(one).kind()).isEqualTo(Kind.PROTOCOL);
    }
}
