package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.PemFile.UnfitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as OpenSSL writes them. */
final class PemFileTest {
    private static final Path FILES = Path.of("src", "test", "resources", "io", "sluice", "config", "pem");

    @TempDir
    private Path folder;

    private static X509Certificate certificate(String name) throws UnfitException {
        return PemFile.certificates(FILES.resolve(name)).getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "ec-sec1.key, EC, ec.pem",
        "ec-pkcs8.key, EC, ec.pem",
        "rsa-pkcs1.key, RSA, rsa.pem",
        "ed.key, EdDSA, ed.pem",
    })
    void readsKeysOfAllForms(String file, String algorithm, String certificate) throws Exception {
        PrivateKey key = PemFile.key(FILES.resolve(file));

        assertThat(key.getAlgorithm()).isEqualTo(algorithm);
        assertThat(PemFile.match(certificate(certificate), key)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"ec-sec1.key, rsa.pem", "rsa-pkcs1.key, ec.pem", "ed.key, ec.pem"})
    void knowsThatAKeyIsThatOfAnotherCertificate(String file, String certificate) throws Exception {
        assertThat(PemFile.match(certificate(certificate), PemFile.key(FILES.resolve(file))))
                .isFalse();
    }

    @Test
    void readsAllCertificatesInTheirOrder() throws Exception {
        assertThat(PemFile.certificates(FILES.resolve("two.pem")))
                .containsExactly(certificate("ec.pem"), certificate("rsa.pem"));
    }

    @Test
    void readsACertificateAmongOtherThings() throws Exception {
        Path file = folder.resolve("all.pem");
        Files.writeString(
                file,
                "subject=CN = orders.test\n" + Files.readString(FILES.resolve("ec-sec1.key")) + "\nfoo\n"
                        + Files.readString(FILES.resolve("ec.pem")));

        assertThat(PemFile.certificates(file)).containsExactly(certificate("ec.pem"));
        assertThat(PemFile.key(file).getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "nothing");
        Path broken = Files.writeString(folder.resolve("broken"), block("CERTIFICATE", "AAAA"));
        Path badKey = Files.writeString(folder.resolve("bad-key"), block("EC PRIVATE KEY", "MAMCAQE="));
        Path other = Files.writeString(folder.resolve("other"), block("DSA PRIVATE KEY", "AAAA"));
        Path base64 = Files.writeString(folder.resolve("base64"), block("CERTIFICATE", "A===A"));
        Path large = Files.writeString(folder.resolve("large"), "x".repeat(PemFile.MAX_SIZE + 1));

        assertThatThrownBy(() -> PemFile.certificates(text)).hasMessage("it holds no certificate");
        assertThatThrownBy(() -> PemFile.key(text)).hasMessage("it holds no private key");
        assertThatThrownBy(() -> PemFile.certificates(folder)).hasMessage("it is a folder");
        assertThatThrownBy(() -> PemFile.certificates(folder.resolve("none")))
                .hasMessageStartingWith("there is no file ");
        assertThatThrownBy(() -> PemFile.certificates(broken)).hasMessage("its certificate number 1 is malformed");
        assertThatThrownBy(() -> PemFile.certificates(base64)).hasMessage("its CERTIFICATE is not base64");
        assertThatThrownBy(() -> PemFile.certificates(large)).hasMessage("it is larger than 1MiB");
        assertThatThrownBy(() -> PemFile.key(badKey)).hasMessage("its key is malformed, or does not name its curve");
        assertThatThrownBy(() -> PemFile.key(other)).hasMessage("its key is a DSA PRIVATE KEY, which is not known");
        assertThatThrownBy(() -> PemFile.key(FILES.resolve("encrypted.key")))
                .hasMessage("its key is encrypted, take the passphrase away");
    }

    private static String block(String label, String base64) {
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }
}
