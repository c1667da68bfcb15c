package io.sluice.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.TestCertificate;
import java.security.cert.CertificateParsingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CertificateNamesTest {

    private static boolean has(String certified, String name) throws CertificateParsingException {
        return new CertificateNames(TestCertificate.selfSigned(certified).certificate()).have(name);
    }

    @ParameterizedTest
    @CsvSource({
        "a.test, a.test",
        "A.Test, a.test",
        "*.test, a.test",
        "*.a.test, b.a.test",
        "10.0.0.1, 10.0.0.1",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1",
        "spiffe://a.test/b, spiffe://a.test/b",
    })
    void isForTheNameItself(String certified, String name) throws CertificateParsingException {
        assertThat(has(certified, name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "a.test, b.test",
        "a.test, test",
        "a.test, a.test.evil.test",
        "*.test, test",
        "*.test, b.a.test",
        "*.test, .test",
        "a*.test, ab.test",
        "*a.test, ba.test",
        "a.*, a.test",
        "*, a",
        "10.0.0.1, 10.0.0.2",
        "a.test, 10.0.0.1",
        "spiffe://a.test/b, spiffe://a.test/b/c",
        "spiffe://a.test/b, SPIFFE://a.test/b",
        "spiffe://a.test/b, a.test",
    })
    void isForNoOtherName(String certified, String name) throws CertificateParsingException {
        assertThat(has(certified, name)).isFalse();
    }

    @Test
    void isForNothingWithoutAlternativeNames() throws CertificateParsingException {
        CertificateNames names =
                new CertificateNames(TestCertificate.authority("a.test").certificate());

        assertThat(names.have("a.test")).isFalse();
        assertThat(names).hasToString("no name");
    }

    @Test
    void showsSomeOfManyNames() throws CertificateParsingException {
        CertificateNames names = new CertificateNames(
                TestCertificate.selfSigned("a", "b", "c", "d", "e", "f", "g").certificate());

        assertThat(names).hasToString("a, b, c, d, e and 2 more");
    }
}
