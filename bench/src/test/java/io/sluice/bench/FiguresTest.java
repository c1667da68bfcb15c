package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FiguresTest {
    private static final String LINE =
            "figures requests=%d duration=2000000 bytes=%d connect=0 read=%d write=0 timeout=0"
                    + " status=%d p50=640 p99=2640 max=9000";

    @Test
    void readsTheLineOfFiguresAmongOthers() {
        Figures figures = Figures.parse("Running 2s test\n" + LINE.formatted(1000, 200_000, 0, 0) + "\n");

        assertThat(figures).isEqualTo(new Figures(1000, 2_000_000, 200_000, 0, 0, 0, 640, 2640));
        assertThat(figures.requestsPerSecond()).isEqualTo(500);
    }

    @Test
    void refusesOutputWithoutFigures() {
        assertThatThrownBy(() -> Figures.parse("unable to connect")).hasMessageContaining("unable to connect");
    }

    @Test
    void findsNothingWrongWithWholeAnswers() {
        assertThat(figures(1000, 200_000, 0, 0).problems(Size.SMALL)).isEmpty();
    }

    @Test
    void reportsAnswersWithAnErrorStatus() {
        assertThat(figures(1000, 200_000, 0, 12).problems(Size.SMALL))
                .containsExactly("12 answers with a status of 400 or more");
    }

    @Test
    void reportsSocketErrors() {
        assertThat(figures(1000, 200_000, 3, 0).problems(Size.SMALL)).containsExactly("3 socket errors");
    }

    @Test
    void reportsAnswersThatAreTooShort() {
        assertThat(figures(1000, 100_000, 0, 0).problems(Size.SMALL))
                .containsExactly("100 bytes per answer (expected: > 128)");
    }

    @Test
    void reportsThatNothingWasAnswered() {
        assertThat(figures(0, 0, 0, 0).problems(Size.SMALL)).containsExactly("no answer at all");
    }

    private static Figures figures(long requests, long bytes, long socketErrors, long badStatus) {
        return Figures.parse(LINE.formatted(requests, bytes, socketErrors, badStatus));
    }
}
