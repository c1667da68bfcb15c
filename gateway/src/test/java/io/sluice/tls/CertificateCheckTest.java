package io.sluice.tls;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.TestCertificate;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the certificates of endpoints are checked, as the JDK tells that checks them. */
final class CertificateCheckTest {
    private static final String CHECK = "jdk.X509Validation";

    @TempDir
    private Path folder;

    @Test
    void holdsUpNoLoop() throws Exception {
        TestCertificate authority = TestCertificate.authority("Authority");
        authority.write(folder, "authority");
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        try (RecordingStream checks = new RecordingStream();
                ScriptedBackend backend = ScriptedBackend.answeringOver(
                        authority.issue("127.0.0.1").listen(), request -> ok("verified"));
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(backend).upstream("tls: { ca: '%s/authority.pem' }".formatted(folder)))) {
            checks.enable(CHECK);
            checks.onEvent(
                    CHECK,
                    check -> threads.add(
                            String.valueOf(check.getThread("eventThread").getJavaName())));
            checks.startAsync();
            assertThat(gateway.exchange(get("/")).body()).isEqualTo("verified");
            checks.stop();
        }
        assertThat(threads).isNotEmpty().containsOnly("handshake");
    }
}
