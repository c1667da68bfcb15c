package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ByteIndexTest {

    @Test
    void findsEachOfManyKeysByItsNumber() {
        List<byte[]> keys =
                IntStream.range(0, 5_000).mapToObj(i -> bytes("key-" + i)).toList();
        ByteIndex index = index(keys);
        for (int i = 0; i < keys.size(); i++) {
            byte[] key = keys.get(i);
            assertThat(index.find(key, 0, key.length, hash(key))).isEqualTo(i);
        }
        assertThat(find(index, "key-5000")).isEqualTo(ByteIndex.NONE);
    }

    @Test
    void findsARangeOfALargerBlock() {
        byte[] block = bytes("xxkeyxx");

        assertThat(index(List.of(bytes("other"), bytes("key"))).find(block, 2, 5, hash(bytes("key"))))
                .isEqualTo(1);
    }

    @Test
    void tellsKeysOfOneHashApart() {
        assertThat(hash(bytes("Aa"))).isEqualTo(hash(bytes("BB")));
        ByteIndex index = index(List.of(bytes("Aa"), bytes("BB")));

        assertThat(find(index, "Aa")).isEqualTo(0);
        assertThat(find(index, "BB")).isEqualTo(1);
    }

    @Test
    void findsTheEmptyKey() {
        assertThat(find(index(List.of(bytes("a"), bytes(""))), "")).isEqualTo(1);
        assertThat(find(index(List.of(bytes("a"))), "")).isEqualTo(ByteIndex.NONE);
    }

    @Test
    void findsNothingWhenEmpty() {
        assertThat(ByteIndex.EMPTY.isEmpty()).isTrue();
        assertThat(find(ByteIndex.EMPTY, "")).isEqualTo(ByteIndex.NONE);
        assertThat(find(ByteIndex.EMPTY, "a")).isEqualTo(ByteIndex.NONE);
    }

    @Test
    void ignoresCaseOnlyIfAskedTo() {
        ByteIndex index = index(List.of(bytes("a.test")));
        byte[] upper = bytes("A.Test");

        assertThat(index.findIgnoringCase(upper, 0, upper.length, hash(bytes("a.test"))))
                .isZero();
        assertThat(index.find(upper, 0, upper.length, hash(bytes("a.test")))).isEqualTo(ByteIndex.NONE);
    }

    private static int find(ByteIndex index, String key) {
        return index.find(bytes(key), 0, key.length(), hash(bytes(key)));
    }

    private static ByteIndex index(List<byte[]> keys) {
        return new ByteIndex(keys, keys.stream().mapToInt(ByteIndexTest::hash).toArray());
    }

    private static int hash(byte[] key) {
        int hash = 0;
        for (byte b : key) {
            hash = ByteIndex.step(hash, b);
        }
        return hash;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
