package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sluice.bench.models.ActiveClients;
import io.sluice.bench.models.Client;
import io.sluice.bench.models.IdleClients;
import io.sluice.bench.models.Model;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real servers in JVMs of their own, as the scenario starts them. */
class ModelServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @ParameterizedTest
    @EnumSource(value = Contender.class, mode = EnumSource.Mode.EXCLUDE, names = "SLUICE")
    void answersOnTwoConnectionsInAnyOrder(Contender contender) throws Exception {
        try (Stage stage = Stage.open();
                RunningModel running = RunningModel.start(stage, contender);
                Client one = new Client(running.target(), PATIENCE);
                Client other = new Client(running.target(), PATIENCE)) {
            one.ask();
            other.ask();
            other.ask();
            one.ask();

            assertThat(running.threads()).isPositive();
            assertThat(running.memory()).isPositive();
        } catch (RunningModel.Unavailable unavailable) {
            abort(contender + ": " + unavailable.why());
        }
    }

    @Test
    void idleClientsOfAPoolAreHeldButOnlyAsManyAnsweredAsItHasThreads() throws Exception {
        try (Stage stage = Stage.open();
                RunningModel running = RunningModel.start(stage, Contender.POOL);
                IdleClients idle = new IdleClients(running.target(), stage.nextSource())) {
            idle.growTo(20, PATIENCE);

            assertThat(idle.held()).isEqualTo(20);
            awaitAnswers(idle, Model.POOL_THREADS);
        }
    }

    @Test
    void idleClientsOfALoopAreAllAnsweredAndGrowInSteps() throws Exception {
        try (Stage stage = Stage.open();
                RunningModel running = RunningModel.start(stage, Contender.EPOLL);
                IdleClients idle = new IdleClients(running.target(), stage.nextSource())) {
            idle.growTo(10, PATIENCE);
            assertThat(idle.held()).isEqualTo(10);
            idle.growTo(600, PATIENCE);

            assertThat(idle.held()).isEqualTo(600);
            awaitAnswers(idle, 600);
        }
    }

    @Test
    void activeClientsBehindTheIdleOnesOfAPoolAreStarved() throws Exception {
        ActiveClients active = new ActiveClients(2, 20, Duration.ofMillis(200), PATIENCE);
        ActiveClients hasty = new ActiveClients(2, 20, Duration.ofMillis(200), Duration.ofMillis(200));
        try (Stage stage = Stage.open();
                RunningModel running = RunningModel.start(stage, Contender.POOL)) {
            assertThat(active.run(running.target()).isAnswered()).isTrue();
            try (IdleClients idle = new IdleClients(running.target(), stage.nextSource())) {
                idle.growTo(Model.POOL_THREADS, PATIENCE);
                awaitAnswers(idle, Model.POOL_THREADS);
                ActiveClients.Outcome starved = hasty.run(running.target());

                assertThat(starved.served()).isZero();
                assertThat(starved.isAnswered()).isFalse();
            }
        }
    }

    /** A busy machine may answer after the clients have stopped waiting for it. */
    private static void awaitAnswers(IdleClients idle, int count) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (idle.answered() < count && System.nanoTime() - end < 0) {
            Thread.sleep(2);
            idle.held();
        }
        assertThat(idle.answered()).isEqualTo(count);
    }
}
