package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.HeadParser.Progress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadsTest {
    private static final int BURST = 1000;
    /** Of blocks, for a loop. */
    private static final int KEPT_BYTES = 300 * 1024;

    @Test
    void keepsLittleOfABurstOfLargeHeads() {
        Heads heads = new Heads();
        List<Head> taken = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
            Head head = heads.take();
            String field = "x: " + "a".repeat(i % 2 == 0 ? 12 * 1024 : 3 * 1024) + "\r\n";
            assertThat(Messages.REQUESTS.parse(Messages.bytes(Messages.get(field)), head))
                    .isEqualTo(Progress.COMPLETE);
            taken.add(head);
        }
        taken.forEach(heads::give);

        long kept = 0;
        int known = 0;
        for (int i = 0; i < BURST; i++) {
            Head head = heads.take();
            kept += head.block().length;
            known += taken.contains(head) ? 1 : 0;
        }
        assertThat(known).isPositive().isLessThanOrEqualTo(64);
        assertThat(kept).isPositive().isLessThanOrEqualTo(KEPT_BYTES);
    }
}
