package io.sluice.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Exception;
import io.sluice.http.FieldSection.Kind;
import io.sluice.http.Head;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What Netty encodes we decode, and what we encode Netty decodes, over many blocks with one table. */
final class HpackOracleTest {
    private static final int BLOCKS = 5_000;
    private static final String[] NAMES = {
        "accept", "cache-control", "user-agent", "x-a", "x-request-id", "etag", "a", "x-" + "n".repeat(70), "set-cookie"
    };
    private static final String[] VALUES = {
        "", "a", "gzip, deflate", "text/html; charset=utf-8", "\u00e9\u00ff", "v".repeat(300), "0123456789"
    };

    private final Random random = new Random(9113);

    @Test
    void whatNettyEncodesIsDecoded() throws Exception {
        NettyHpack netty = new NettyHpack();
        Decoding decoding = new Decoding();
        for (int i = 0; i < BLOCKS; i++) {
            List<String> fields = fields();
            assertThat(decoding.decode(Kind.RESPONSE_TRAILERS, netty.encode(fields)))
                    .isTrue();
            decoding.head.clear();
            // trailers drop what may not stand there: a response keeps all
            List<String> response = new ArrayList<>(List.of(":status: " + (200 + random.nextInt(300))));
            response.addAll(fields);
            assertThat(decoding.decode(Kind.RESPONSE, netty.encode(response))).isTrue();
            assertThat(decoding.lines()).isEqualTo(fields);
            assertThat(":status: " + decoding.head.status()).isEqualTo(response.getFirst());
        }
    }

    @Test
    void whatIsEncodedNettyDecodes() {
        NettyHpack netty = new NettyHpack();
        HpackEncoder encoder = new HpackEncoder();
        HeadEncoder heads = new HeadEncoder();
        int shorter = 0;
        for (int i = 0; i < BLOCKS; i++) {
            List<String> fields = fields();
            Head head = response(fields);
            if (random.nextInt(50) == 0) {
                encoder.limit(random.nextInt(2000));
            } else if (random.nextInt(50) == 0) {
                encoder.forget();
            }
            heads.response(encoder, head, -1, false);
            byte[] block = heads.block().copy();
            List<String> expected = new ArrayList<>(List.of(":status: " + head.status()));
            expected.addAll(fields);
            assertThat(netty.decode(block)).isEqualTo(expected);
            shorter += block.length < fields.size() * 3 + 3 ? 1 : 0;
        }
        assertThat(shorter).as("blocks of which nearly all was in the table").isPositive();
    }

    @Test
    void sensitiveFieldsAreNeverPutIntoATable() {
        HpackEncoder encoder = new HpackEncoder();
        HeadEncoder heads = new HeadEncoder();
        Head head = response(List.of("set-cookie: a=b", "authorization: Basic eA=="));
        for (int i = 0; i < 4; i++) {
            heads.response(encoder, head, -1, false);
            assertThat(decoded(heads).head.isSensitive(0)).isTrue();
            assertThat(decoded(heads).head.isSensitive(1)).isTrue();
        }
    }

    @Test
    void whatComesTwiceIsThenOneByte() {
        HpackEncoder encoder = new HpackEncoder();
        HeadEncoder heads = new HeadEncoder();
        Head head = response(List.of("server: something", "x-a: b"));
        int[] lengths = new int[3];
        for (int i = 0; i < lengths.length; i++) {
            heads.response(encoder, head, -1, false);
            lengths[i] = heads.block().length;
        }
        assertThat(lengths[1]).isLessThanOrEqualTo(lengths[0]);
        assertThat(lengths[2]).isEqualTo(1 + head.fields());
    }

    private static Decoding decoded(HeadEncoder heads) {
        Decoding decoding = new Decoding();
        assertThat(decoding.decode(Kind.RESPONSE, heads.block().copy())).isTrue();
        return decoding;
    }

    private List<String> fields() {
        List<String> fields = new ArrayList<>();
        for (int left = random.nextInt(6); left > 0; left--) {
            String value = random.nextInt(4) == 0 ? Integer.toString(random.nextInt()) : one(VALUES);
            fields.add(one(NAMES) + ": " + value);
        }
        return fields;
    }

    private String one(String[] list) {
        return list[random.nextInt(random.nextInt(2) == 0 ? 3 : list.length)];
    }

    private Head response(List<String> fields) {
        Decoding made = new Decoding();
        List<String> all = new ArrayList<>(List.of(":status: " + (200 + random.nextInt(5))));
        all.addAll(fields);
        try {
            assertThat(made.decode(Kind.RESPONSE, new NettyHpack().encode(all))).isTrue();
        } catch (Http2Exception e) {
            throw new AssertionError(Arrays.toString(all.toArray()), e);
        }
        return made.head;
    }
}
