package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class GrpcAnswersTest {
    @ParameterizedTest
    @CsvSource({
        "application/grpc, true",
        "application/grpc+proto, true",
        "Application/gRPC;x=y, true",
        "application/grpc-web, false",
        "application/grp, false",
        "text/plain, false"
    })
    void fitRequestsOfGrpc(String type, boolean fits) {
        Head head = new Head();
        head.add("Content-Type", type);
        assertThat(GrpcAnswers.fit(head)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({
        "NO_ROUTE, 12",
        "CLIENT_DENIED, 7",
        "RATE_LIMITED, 14",
        "CONNECT_REFUSED, 14",
        "CONNECT_TIMEOUT, 14",
        "EXCHANGE_TIMEOUT, 4",
        "RESPONSE_HEAD_TIMEOUT, 4",
        "REQUEST_BODY_LARGE, 8",
        "REQUEST_MALFORMED, 13"
    })
    void haveACodeThatSaysTheSame(Failure failure, int code) {
        Head head = new Head();
        Answer answer = GrpcAnswers.failure(failure, head);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(head.value(head.find("grpc-status", 0))).isEqualTo(Integer.toString(code));
    }

    @ParameterizedTest
    @EnumSource
    void needNoEscapes(Failure failure) {
        Head head = new Head();
        GrpcAnswers.failure(failure, head);
        // RFC 3986 section 2.1 as gRPC has it: all but %, from space to tilde
        assertThat(head.value(head.find("grpc-message", 0))).matches("[ -$&-~]+");
    }
}
