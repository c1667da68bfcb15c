package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testing.AdminClient;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Certificates in the files that an upstream names: who looks after them hears in time that they end. */
final class UpstreamCertificateExpiryTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Authority");
    private final Instant now = Instant.now();

    private final ListAppender<ILoggingEvent> warnings = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger(ExpiryWatch.class);

    @TempDir
    private Path folder;

    private String yaml;

    @BeforeEach
    void write() throws IOException {
        identity(5);
        authorities(now.plus(Duration.ofDays(100)));
        yaml = """
                threads: 1
                admin: { bind: '127.0.0.1:0' }
                listeners: { web: { bind: '127.0.0.1:0' } }
                upstreams:
                  orders:
                    endpoints: [ '127.0.0.1:%2$d' ]
                    tls: { ca: '%1$s/ca.pem', certificate: '%1$s/own.pem', key: '%1$s/own.key' }
                routes: [ { name: all, to: orders } ]
                """.formatted(folder, ScriptedBackend.unusedPort());
        warnings.start();
        log.addAppender(warnings);
    }

    @AfterEach
    void hearNoMore() {
        log.detachAppender(warnings);
    }

    private void identity(int days) throws IOException {
        AUTHORITY
                .issue(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(days)), "gateway.test")
                .write(folder, "own");
    }

    /** One that has ended long ago, and one that ends then. */
    private void authorities(Instant end) throws IOException {
        TestCertificate old =
                AUTHORITY.issue(now.minus(Duration.ofDays(90)), now.minus(Duration.ofDays(50)), "old.test");
        TestCertificate next = AUTHORITY.issue(now.minus(Duration.ofDays(90)), end, "next.test");
        Files.writeString(folder.resolve("ca.pem"), old.pem() + next.pem() + AUTHORITY.pem());
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private List<String> said() {
        return warnings.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void isTold() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(yaml)) {
            AdminClient admin = AdminClient.of(gateway.adminAddress());
            JsonNode told = AdminClient.json(admin.get("/api/v1/upstreams")).at("/upstreams/0/tls/certificates");

            assertThat(told.findValuesAsText("file")).containsExactly(file("own.pem"), file("ca.pem"));
            assertThat(told.at("/0/expiresInDays").asInt()).isEqualTo(4);
            assertThat(told.at("/0/names").toString()).isEqualTo("[\"gateway.test\"]");
            assertThat(told.at("/1/expiresInDays").asInt()).isEqualTo(99);
            assertThat(gateway.counted(
                            "sluice_upstream_tls_certificate_expiry_timestamp_seconds",
                            "upstream",
                            "orders",
                            "certificate",
                            file("own.pem")))
                    .isEqualTo(now.plus(Duration.ofDays(5)).getEpochSecond());
        }
    }

    @Test
    void isWarnedOfOnceForEachFileThatEndsSoon() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(yaml)) {
            assertThat(said()).containsExactly("upstream orders: " + file("own.pem") + " expires in 4 days");
            gateway.reload(yaml);
            assertThat(said()).hasSize(1);

            authorities(now.minus(Duration.ofDays(1)));
            identity(60);
            gateway.reload(yaml);
            // the authority that is left is good for a year
            assertThat(said()).hasSize(1);

            authorities(now.plus(Duration.ofDays(1)));
            gateway.reload(yaml);
            assertThat(said()).hasSize(2).last().asString().endsWith("ca.pem expires in 0 days");
        }
    }
}
