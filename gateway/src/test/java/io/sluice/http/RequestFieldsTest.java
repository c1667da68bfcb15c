package io.sluice.http;

import static io.sluice.http.Messages.get;
import static io.sluice.http.Messages.refusedRequest;
import static io.sluice.http.Messages.request;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFieldsTest {

    @Test
    void readsNamesAndValues() {
        Head head = request(get("X-Case: Some Value\r\naccept:*/*\r\n"));
        assertThat(head.fields()).isEqualTo(3);
        assertThat(head.nameText(1)).isEqualTo("X-Case");
        assertThat(head.value(1)).isEqualTo("Some Value");
        assertThat(head.nameText(2)).isEqualTo("accept");
        assertThat(head.value(2)).isEqualTo("*/*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X:v", "X: v", "X:  v", "X:\tv", "X: v ", "X: v\t", "X: \t v \t ", "X:v  "})
    void trimsWhitespaceAroundValues(String line) {
        assertThat(request(get(line + "\r\n")).value(1)).isEqualTo("v");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X:", "X: ", "X:\t", "X:  \t "})
    void readsEmptyValues(String line) {
        Head head = request(get(line + "\r\nY: 1\r\n"));
        assertThat(head.value(1)).isEmpty();
        assertThat(head.value(2)).isEqualTo("1");
    }

    @Test
    void keepsTabsAndObsTextInsideValues() {
        assertThat(request(get("X: a\tb\u00e9\u0080\u00ff\r\n")).value(1)).isEqualTo("a\tb\u00e9\u0080\u00ff");
    }

    @Test
    void takesAllTokenCharactersInNames() {
        String name = "!#$%&'*+-.^_`|~09azAZ";
        assertThat(request(get(name + ": 1\r\n")).nameText(1)).isEqualTo(name);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"OTHER", "HOST", "CONTENT_LENGTH", "TRANSFER_ENCODING", "EXPECT"})
    void knowsNamesInAnyCase(Name name) {
        Head head = request(get(name.text() + ": v\r\n" + name.text().toUpperCase(java.util.Locale.ROOT) + ": w\r\n"));
        assertThat(head.name(1)).isEqualTo(name);
        assertThat(head.name(2)).isEqualTo(name);
        assertThat(head.find(name, 0)).isEqualTo(1);
        assertThat(head.find(name, 2)).isEqualTo(2);
        assertThat(head.find(name, 3)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hos",
                "hosts",
                "x-forwardex-fox",
                "x-forwarde-for",
                "connectiox",
                "content_length",
                "v-a",
                "viaa"
            })
    void takesNamesThatAreOnlySimilarForOthers(String name) {
        assertThat(request(get(name + ": v\r\n")).name(1)).isEqualTo(Name.OTHER);
    }

    @Test
    void findsFieldsByAnyName() {
        Head head = request(get("X-One: 1\r\nx-two: 2\r\nX-ONE: 3\r\n"));
        assertThat(head.find("x-one", 0)).isEqualTo(1);
        assertThat(head.find("x-one", 2)).isEqualTo(3);
        assertThat(head.find("x-three", 0)).isEqualTo(-1);
        head.drop("x-one");
        assertThat(head.find("x-one", 0)).isEqualTo(-1);
        assertThat(head.dropped(1)).isTrue();
        assertThat(head.dropped(2)).isFalse();
    }

    // ---- refusals

    @ParameterizedTest
    @ValueSource(strings = {"X : v", "X\t: v", "Host : b", "Content-Length : 3", "Transfer-Encoding : chunked"})
    void rejectsWhitespaceBeforeTheColon(String line) {
        assertThat(refusedRequest(get(line + "\r\n"))).isEqualTo(Failure.REQUEST_FIELD);
    }

    @ParameterizedTest
    @ValueSource(strings = {" folded", "\tfolded", " ", "  X: 1"})
    void rejectsFoldedFields(String line) {
        assertThat(refusedRequest(get("X: v\r\n" + line + "\r\n"))).isEqualTo(Failure.REQUEST_FIELD_FOLDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {" Host: a", "\tHost: a", " "})
    void rejectsWhitespaceBeforeTheFirstField(String line) {
        assertThat(refusedRequest("GET / HTTP/1.1\r\n" + line + "\r\nHost: a\r\n\r\n"))
                .isEqualTo(Failure.REQUEST_FIELD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ": v",
                ":",
                "X",
                "X\u00e9: v",
                "X\0: v",
                "X(a): v",
                "X\"Y: v",
                "X/Y: v",
                "X@: v",
                "[X]: v",
                "X{: v"
            })
    void rejectsNamesThatAreNoTokens(String line) {
        assertThat(refusedRequest(get(line + "\r\n"))).isEqualTo(Failure.REQUEST_FIELD);
    }

    @Test
    void rejectsEveryControlCharacterInValuesButTab() {
        for (char c = 0; c < 0x21; c++) {
            if (c != '\t' && c != ' ') {
                String at = "X: a" + c + "b\r\n";
                assertThat(refusedRequest(get(at)))
                        .as("byte %d", (int) c)
                        .isIn(Failure.REQUEST_FIELD, Failure.REQUEST_LINE_END);
                assertThat(refusedRequest(get("X: 12345678" + c + "\r\n"))).isNotNull();
                assertThat(refusedRequest(get("X: " + c + "\r\n"))).isNotNull();
            }
        }
        assertThat(refusedRequest(get("X: a\u007fb\r\n"))).isEqualTo(Failure.REQUEST_FIELD);
    }

    @Test
    void rejectsNulInAValue() {
        assertThat(refusedRequest(get("X: a\0b\r\n"))).isEqualTo(Failure.REQUEST_FIELD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: a\rb\r\n", "X: a\r\r\n", "X:\rv\r\n", "X: v\r \r\n"})
    void rejectsBareCr(String lines) {
        assertThat(refusedRequest(get(lines))).isEqualTo(Failure.REQUEST_LINE_END);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: a\nY: b\r\n", "X: a\n", "X:\n", "X\n: a\r\n", "X: a\n\r\n"})
    void rejectsBareLf(String lines) {
        assertThat(refusedRequest(get(lines))).isEqualTo(Failure.REQUEST_LINE_END);
    }

    @Test
    void rejectsABareLfAtTheHeadsEnd() {
        assertThat(refusedRequest("GET / HTTP/1.1\r\nHost: a\r\n\n")).isEqualTo(Failure.REQUEST_LINE_END);
    }

    @Test
    void rejectsABareCrAtTheHeadsEnd() {
        assertThat(refusedRequest("GET / HTTP/1.1\r\nHost: a\r\n\rX")).isEqualTo(Failure.REQUEST_LINE_END);
    }

    // ---- Expect

    @ParameterizedTest
    @ValueSource(strings = {"100-continue", "100-Continue"})
    void knowsThatTheClientWaitsFor100(String value) {
        Head head = request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: " + value + "\r\n\r\n");
        assertThat(head.expectsContinue()).isTrue();
    }

    @Test
    void waitsForNo100WithoutABody() {
        assertThat(request(get("Expect: 100-continue\r\n")).expectsContinue()).isFalse();
    }

    @Test
    void ignoresAndDropsTheExpectationOfVersionOneZero() {
        Head head = request("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
        assertThat(head.expectsContinue()).isFalse();
        assertThat(head.find(Name.EXPECT, 0)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"200-ok", "", "100-continue, x", "100-continued"})
    void rejectsOtherExpectations(String value) {
        assertThat(refusedRequest(get("Expect: " + value + "\r\n"))).isEqualTo(Failure.REQUEST_EXPECTATION);
    }

    // ---- limits

    @Test
    void takesAHeadOfExactlyTheLimit() {
        String text = get("X: 1\r\n");
        assertThat(Messages.complete(HeadParser.requests(text.length(), 2), text)
                        .fields())
                .isEqualTo(2);
    }

    @Test
    void rejectsAHeadOfOneByteMore() {
        String text = get("X: 1\r\n");
        assertThat(Messages.refused(HeadParser.requests(text.length() - 1, 2), text))
                .isEqualTo(Failure.REQUEST_HEAD_LARGE);
    }

    @Test
    void rejectsAFieldMoreThanTheLimit() {
        assertThat(Messages.refused(HeadParser.requests(1000, 2), get("X: 1\r\nY: 2\r\n")))
                .isEqualTo(Failure.REQUEST_FIELDS_MANY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /%s HTTP/1.1\r\n", "GET /?%s HTTP/1.1\r\n", "GET http://a/%s HTTP/1.1\r\n"})
    void rejectsATargetThatAloneIsOverTheLimit(String line) {
        assertThat(Messages.refused(HeadParser.requests(1000, 10), line.replace("%s", "x".repeat(1000))))
                .isEqualTo(Failure.REQUEST_TARGET_LONG);
    }

    @Test
    void keepsLargeHeadsWhole() {
        String value = "v".repeat(9000);
        Head head = request(get("X: " + value + "\r\nY: 1\r\n"));
        assertThat(head.value(1)).isEqualTo(value);
        assertThat(head.value(2)).isEqualTo("1");
    }

    @Test
    void isEmptyAfterClear() {
        Head head = request(get("X: 1\r\n"));
        head.clear();
        assertThat(head.fields()).isZero();
        assertThat(head.find(Name.HOST, 0)).isEqualTo(-1);
        assertThat(Messages.REQUESTS.parse(Messages.bytes("PUT /p?q HTTP/1.0\r\n\r\n"), head))
                .isEqualTo(HeadParser.Progress.COMPLETE);
        assertThat(head.path()).isEqualTo("/p");
        assertThat(head.authority()).isEmpty();
    }

    @Test
    void givesLargeBlocksBackAtClear() {
        Head head = request(get("X: " + "v".repeat(9000) + "\r\n"));
        head.clear();
        assertThat(head.block().length).isZero();
    }
}
