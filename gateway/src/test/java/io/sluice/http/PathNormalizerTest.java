package io.sluice.http;

import static io.sluice.config.GatewayConfig.PathPolicy.Choice.KEEP;
import static io.sluice.config.GatewayConfig.PathPolicy.Choice.NORMALIZE;
import static io.sluice.config.GatewayConfig.PathPolicy.Choice.REFUSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.config.GatewayConfig.PathPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PathNormalizerTest {
    private static final String REFUSED = "refused";
    private static final PathPolicy KEEPING = new PathPolicy(NORMALIZE, KEEP, KEEP, KEEP);
    private static final PathPolicy REFUSING = new PathPolicy(REFUSE, REFUSE, REFUSE, REFUSE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/orders/7",
                "/orders/",
                "/.well-known/acme",
                "/a/.../b",
                "/a/..b/b..",
                "/a;v=1/b",
                "/a%20b",
                "/%E2%82%AC",
                "/a%25b",
                "/!$&'()*+,;=:@",
                "/a/%3B"
            })
    void leavesWhatIsNormal(String path) {
        for (PathPolicy policy : List.of(PathPolicy.SAFE, KEEPING, REFUSING)) {
            assertThat(normalized(path, policy)).isEqualTo(path);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/%6frders,        /orders",
        "/%41%7E%2D%5F,    /A~-_",
        "/caf%c3%a9,       /caf%C3%A9",
        "/a%2cb,           /a%2Cb",
        "/a|b[c]^,         /a%7Cb%5Bc%5D%5E",
        "/%2541,           /%2541",
        "/%25%34%31,       /%2541",
    })
    void bringsEscapesIntoOneForm(String path, String normal) {
        assertThat(normalized(path, PathPolicy.SAFE)).isEqualTo(normal);
        assertThat(normalized(path, REFUSING)).isEqualTo(normal);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/./b,           /a/b",
        "/a/../b,          /b",
        "/a/b/..,          /a/",
        "/a/b/.,           /a/b/",
        "/.,               /",
        "/a/..,            /",
        "/a/b/c/../../d,   /a/d",
        "/a/%2e/b,         /a/b",
        "/a/%2E%2e/b,      /b",
        "/a/.%2e/b,        /b",
        "/..,              refused",
        "/../a,            refused",
        "/a/../../b,       refused",
        "/%2e%2e/a,        refused",
        "/a/%252e%252e/b,  /a/%252e%252e/b",
    })
    void resolvesDotSegments(String path, String normal) {
        assertThat(normalized(path, PathPolicy.SAFE)).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/./b", "/a/../b", "/.", "/a/b/..", "/a/%2e/b", "/%2e%2E"})
    void refusesDotSegmentsIfAskedTo(String path) {
        assertThat(normalized(path, REFUSING)).isEqualTo(REFUSED);
    }

    @ParameterizedTest
    @CsvSource({
        "//,          /",
        "//a,         /a",
        "/a//b,       /a/b",
        "/a///,       /a/",
        "/a//../b,    /b",
        "/a/.//b,     /a/b",
    })
    void mergesDoubleSlashes(String path, String normal) {
        assertThat(normalized(path, PathPolicy.SAFE)).isEqualTo(normal);
        assertThat(normalized(path, REFUSING)).isEqualTo(REFUSED);
    }

    @ParameterizedTest
    @CsvSource({
        "//,          //",
        "/a//b/,      /a//b/",
        "/a/.//b,     /a//b",
        "/a//./b,     /a//b",
        "/a//../b,    refused",
        "/a/b//..,    refused",
    })
    void keepsDoubleSlashesIfAskedTo(String path, String normal) {
        assertThat(normalized(path, KEEPING)).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%2Fb", "/a%2fb", "/a%5Cb", "/a%5cb", "/%2F", "/..%2fetc"})
    void refusesEncodedSeparators(String path) {
        assertThat(normalized(path, PathPolicy.SAFE)).isEqualTo(REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"/a%2fb, /a%2Fb", "/a%5cb, /a%5Cb", "/a%252fb, /a%252fb", "/%2F%2f, /%2F%2F"})
    void keepsEncodedSeparatorsIfAskedTo(String path, String normal) {
        assertThat(normalized(path, KEEPING)).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/..%2Fb",
                "/a/%2e%2e%2fb",
                "/a%2F..",
                "/a%2f.%2fb",
                "/a/..%5Cb",
                "/a%5c..",
                "/a%2F..;x",
                "/a;x%2F.."
            })
    void refusesDotSegmentsBesideEncodedSeparators(String path) {
        assertThat(normalized(path, KEEPING)).isEqualTo(REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/..;/b", "/a/..;x=1/b", "/.;", "/a/%2e%2e;/b", "/a/..%3B/b", "/a/..%3b"})
    void refusesDotSegmentsWithParameters(String path) {
        assertThat(normalized(path, PathPolicy.SAFE)).isEqualTo(REFUSED);
        assertThat(normalized(path, KEEPING)).isEqualTo(REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%", "/%4", "/%zz", "/%4g", "/a%", "/%%41", "/%-1", "/a%00b", "/%00", "/a\\b", "/a\0b", "a", "*a"
            })
    void refusesWhatHasNoOneMeaning(String path) {
        assertThat(normalized(path, PathPolicy.SAFE)).isEqualTo(REFUSED);
        assertThat(normalized(path, KEEPING)).isEqualTo(REFUSED);
    }

    @Test
    void sendsAnEmptyPathAsASlash() {
        assertThat(normalized("", PathPolicy.SAFE)).isEqualTo("/");
    }

    @Test
    void leavesTheAsteriskOfOptions() {
        assertThat(normalized("*", PathPolicy.SAFE)).isEqualTo("*");
    }

    @Test
    void leavesAHeadThatItRefuses() {
        Head head = head("/a/../../b");

        assertThat(new PathNormalizer(PathPolicy.SAFE).apply(head)).isEqualTo(Failure.REQUEST_PATH);
        assertThat(head.path()).isEqualTo("/a/../../b");
    }

    @Test
    void leavesTheQuery() {
        Head head = Messages.request("GET /a/../b?x=/../%2e HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(new PathNormalizer(PathPolicy.SAFE).apply(head)).isNull();
        assertThat(head.path()).isEqualTo("/b");
        assertThat(head.query()).isEqualTo("x=/../%2e");
    }

    @Test
    void leavesTheBlockAloneWhenNothingChanges() {
        Head head = head("/a%20b");
        int from = head.pathStart();

        assertThat(new PathNormalizer(PathPolicy.SAFE).apply(head)).isNull();
        assertThat(head.pathStart()).isEqualTo(from);
    }

    @Test
    void refusesAChoiceThatIsNotOffered() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PathNormalizer(new PathPolicy(KEEP, KEEP, KEEP, KEEP)))
                .withMessage("dotSegments: KEEP (expected: NORMALIZE or REFUSE)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PathNormalizer(new PathPolicy(REFUSE, KEEP, NORMALIZE, KEEP)))
                .withMessage("encodedSlash: NORMALIZE (expected: KEEP or REFUSE)");
    }

    @Test
    void changesNothingTheSecondTime() {
        Random random = new Random(20240611);
        for (PathPolicy policy : policies()) {
            for (int i = 0; i < 4_000; i++) {
                String path = oddPath(random);
                String once = normalized(path, policy);
                if (!once.equals(REFUSED)) {
                    assertThat(normalized(once, policy)).as(path).isEqualTo(once);
                }
            }
        }
    }

    @Test
    void agreesWithAPlainReadingOfTheRules() {
        Random random = new Random(20240612);
        for (PathPolicy policy : policies()) {
            for (int i = 0; i < 4_000; i++) {
                String path = oddPath(random);
                assertThat(normalized(path, policy)).as(path).isEqualTo(PlainPathRules.apply(path, policy));
            }
        }
    }

    @Test
    void neverLetsADecoderClimb() {
        Random random = new Random(20240613);
        for (PathPolicy policy : policies()) {
            for (int i = 0; i < 4_000; i++) {
                String normal = normalized(oddPath(random), policy);
                String seen = normal.replaceAll("(?i)%2f|%5c|\\\\", "/")
                        .replaceAll("(?i)%2e", ".")
                        .replaceAll("(?i)(;|%3b)[^/]*", "");
                assertThat(List.of(seen.split("/"))).as(normal).doesNotContain(".", "..");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/, true",
        "/a/b, true",
        "//a, false",
        "a, false",
        "/a/../b, false",
        "/a/., false",
        "/.., false",
        "/a/..;/b, false",
        "/a..b, true"
    })
    void knowsWhatMayBeSent(String path, boolean sendable) {
        byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(PathNormalizer.isSendable(bytes, 0, bytes.length)).isEqualTo(sendable);
    }

    private static List<PathPolicy> policies() {
        List<PathPolicy> policies = new ArrayList<>();
        for (PathPolicy.Choice dots : List.of(NORMALIZE, REFUSE)) {
            for (PathPolicy.Choice doubleSlash : PathPolicy.Choice.values()) {
                for (PathPolicy.Choice encoded : List.of(KEEP, REFUSE)) {
                    policies.add(new PathPolicy(dots, doubleSlash, encoded, encoded));
                }
            }
        }
        return policies;
    }

    /** Mostly made of what is hard. */
    private static String oddPath(Random random) {
        String[] pieces = {
            "/", "/", "/", ".", ".", "..", "a", "b", "%2e", "%2E", "%2f", "%2F", "%5c", "%41", "%25", "%c3%A9", ";",
            ";x", "%3b", "%", "%0", "%00", "\\", "|", "%7c", "~", "%7e"
        };
        StringBuilder path = new StringBuilder("/");
        int length = random.nextInt(9);
        for (int i = 0; i < length; i++) {
            // the last ones are refused mostly, and rare so that much is not
            int bound = random.nextInt(10) == 0 ? pieces.length : 17;
            path.append(pieces[random.nextInt(bound)]);
        }
        return path.toString();
    }

    private static String normalized(String path, PathPolicy policy) {
        Head head = head(path);
        Failure failure = new PathNormalizer(policy).apply(head);
        assertThat(failure).isIn(null, Failure.REQUEST_PATH);
        return failure == null ? head.path() : REFUSED;
    }

    /** Also paths that the parser would refuse. */
    private static Head head(String path) {
        Head head = Messages.request(Messages.get(""));
        byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
        head.path(bytes, 0, bytes.length);
        return head;
    }
}
