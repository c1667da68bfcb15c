package io.sluice.bench;

import io.sluice.bench.program.HoldReport;
import java.io.IOException;

/** Connections of this bench that say nothing, and come again when they were closed. */
final class CrowdAttack implements Attack.Running {
    private final Crowd crowd;
    private final int connections;
    private long closed;

    private CrowdAttack(Crowd crowd, int connections) {
        this.crowd = crowd;
        this.connections = connections;
    }

    static CrowdAttack start(Trial trial, int connections, String... options) throws IOException, InterruptedException {
        CrowdAttack attack = new CrowdAttack(trial.attackers("attackers", connections, options), connections);
        attack.goOn();
        return attack;
    }

    @Override
    public void goOn() throws IOException, InterruptedException {
        crowd.hold(connections);
        HoldReport seen = crowd.report();
        closed += seen.lost() + seen.refused();
    }

    @Override
    public Attack.Toll end() throws IOException, InterruptedException {
        HoldReport seen = crowd.report();
        closed += seen.lost() + seen.refused();
        crowd.hold(0);
        return new Attack.Toll(closed + seen.open(), closed);
    }
}
