package io.sluice.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.http.Failure;
import io.sluice.http.FieldSection;
import io.sluice.http.FieldSection.Kind;
import io.sluice.http.Head;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One direction of a connection, decoded: blocks in, heads out. */
final class Decoding {
    final DynamicTable table = new DynamicTable(DynamicTable.DEFAULT_SIZE);
    private final HpackDecoder decoder = new HpackDecoder();
    private final FieldSection section = new FieldSection();
    final Head head = new Head();

    @Nullable
    Failure refusal;

    /** Whether it is a block at all; what it says is in {@link #head}. */
    boolean decode(Kind kind, byte[] block) {
        head.clear();
        section.begin(kind, head, 1 << 20, 1000);
        boolean right = decoder.decode(block, 0, block.length, table, DynamicTable.DEFAULT_SIZE, section);
        refusal = section.end(true);
        return right;
    }

    /** The fields of the head as lines. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int field = 0; field < head.fields(); field++) {
            if (!head.dropped(field)) {
                lines.add(head.nameText(field) + ": " + head.value(field));
            }
        }
        return lines;
    }

    /** The table as RFC 7541 prints it, the newest first. */
    List<String> tableLines() {
        List<String> lines = new ArrayList<>();
        for (int entry = 0; entry < table.count(); entry++) {
            String name = new String(table.bytes(), table.name(entry), table.nameLength(entry), ISO_8859_1);
            String value = new String(table.bytes(), table.value(entry), table.valueLength(entry), ISO_8859_1);
            lines.add(name + ": " + value);
        }
        return lines;
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
