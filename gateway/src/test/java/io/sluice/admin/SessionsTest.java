package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.sluice.config.GatewayConfig;
import io.sluice.config.Secret;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When sessions are over; {@link LoginTest} has the rest. */
final class SessionsTest {
    private static final GatewayConfig.Admin ADMIN =
            new GatewayConfig.Admin(null, new Secret("token"), new Secret("readToken"), 0);

    private long now = 1;
    private final Sessions sessions = new Sessions(() -> now);

    private static AdminRequest request(String host, String cookie) {
        HttpHeaders headers = new DefaultHttpHeaders().add("host", host).add("cookie", cookie);
        return new AdminRequest(
                HttpMethod.GET,
                "/",
                Map.of(),
                headers,
                new byte[0],
                InetAddress.getLoopbackAddress(),
                Caller.NOBODY,
                Map.of());
    }

    private AdminRequest begun(String host) {
        String cookie = sessions.begin(request(host, ""), Caller.TOKEN, new Secret("token"));
        return request(host, "a=b; " + cookie.substring(0, cookie.indexOf(';')));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void lastsAsLongAsItIsUsedButNoLongerThanThat() {
        AdminRequest request = begun("localhost");
        for (int i = 0; i < 12 * 3; i++) {
            pass(Duration.ofMinutes(20));
            assertThat(sessions.find(request, ADMIN)).isEqualTo(Caller.TOKEN);
        }
        pass(Duration.ofMinutes(1));
        assertThat(sessions.find(request, ADMIN)).isNull();
    }

    @Test
    void isOverWhenItIsNotUsed() {
        AdminRequest request = begun("localhost");
        pass(Sessions.IDLE.plusSeconds(1));

        assertThat(sessions.find(request, ADMIN)).isNull();
    }

    @Test
    void isOneForEachPortOfAHost() {
        AdminRequest one = begun("localhost:9900");

        assertThat(sessions.find(one, ADMIN)).isEqualTo(Caller.TOKEN);
        assertThat(one.headers().get("cookie")).contains("sluice-session-9900=");
        assertThat(sessions.find(request("localhost:9901", one.headers().get("cookie")), ADMIN))
                .isNull();
    }

    @Test
    void areNoMoreThanThereMayBe() {
        int present = 0;
        AdminRequest[] all = new AdminRequest[Sessions.MOST * 2];
        for (int i = 0; i < all.length; i++) {
            all[i] = begun("localhost");
        }
        for (AdminRequest each : all) {
            present += sessions.find(each, ADMIN) == null ? 0 : 1;
        }
        assertThat(present).isBetween(1, Sessions.MOST);
    }
}
