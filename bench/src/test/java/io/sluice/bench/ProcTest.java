package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProcTest {
    @Test
    void readsCpuTimeBehindANameWithBlanksAndParentheses() {
        String stat = "17 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 100 20 3 4 20 0 1 0 99 1 1";

        assertThat(Proc.parseStat(stat)).isEqualTo(new CpuTime(103, 24));
    }

    @Test
    void countsNiceAsUserTimeOfTheMachine() {
        assertThat(Proc.parseMachine("cpu  10 2 3 400 5 6 7 0 0 0")).isEqualTo(new CpuTime(12, 3));
    }

    @Test
    void countsOnlyEstablishedConnectionsToThePortOfThatAddress() {
        Stream<String> rows = Stream.of(
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
                "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0",
                "   1: 0100007F:8001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0",
                "   2: 0100007F:1F90 0100007F:8001 01 00000000:00000000 00:00000000 00000000     0",
                "   3: 0100007F:8002 0100007F:1F90 06 00000000:00000000 00:00000000 00000000     0",
                "   4: 0100007F:9000 01010A7F:1F90 01 00000000:00000000 00:00000000 00000000     0",
                "   5: 0000000000000000FFFF00000100007F:8003 0000000000000000FFFF00000100007F:1F90 01 00000000:00000000");

        assertThat(Proc.countEstablished(rows, 8080)).isEqualTo(2);
    }

    @Test
    void readsTheShareOfMemoryInBytes() {
        assertThat(Proc.parseRollup(
                        "00400000-7ff0 ---p 0 00:00 0 [rollup]\nRss:  900 kB\nPss:  700 kB\nPss_Anon: 5 kB\n"))
                .isEqualTo(700 * 1024);
    }

    @Test
    void knowsThatThisProcessHoldsMemory() {
        assertThat(Proc.memoryOfTree(ProcessHandle.current())).isGreaterThan(1024 * 1024);
    }

    @Test
    void sumsTheWorkOfAChildThatHasEnded() throws Exception {
        ProcessHandle own = ProcessHandle.current();
        CpuTime before = Proc.cpuOfTree(own);

        new ProcessBuilder("sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done")
                .start()
                .waitFor();

        assertThat(Proc.cpuOfTree(own).total()).isGreaterThan(before.total());
    }
}
