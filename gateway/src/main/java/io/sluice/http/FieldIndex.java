package io.sluice.http;

import java.util.Arrays;

/** Where the fields of a {@link Head} stand in its block. Dropped fields stay in place and carry a mark. */
final class FieldIndex {
    private static final int FIRST_FIELDS = 16;
    private static final int KEPT_FIELDS = 64;
    private static final int STRIDE = 6;
    private static final int START = 0;
    private static final int NAME_END = 1;
    private static final int VALUE_START = 2;
    private static final int VALUE_END = 3;
    private static final int END = 4;
    /** {@link Name#id}; complement of it once dropped. */
    private static final int NAME = 5;

    private static final int[] NONE = {};

    private int[] spots = NONE;
    private int count;
    private long present;
    private long repeated;

    int count() {
        return count;
    }

    /** Whether there is, or was before a drop, a field of one of these names. */
    boolean any(long names) {
        return (present & names) != 0;
    }

    /** Whether more than one field of one of these names was added. */
    boolean repeated(long names) {
        return (repeated & names) != 0;
    }

    /** The names of the fields that are not dropped. */
    long kept() {
        long names = 0;
        for (int field = 0; field < count; field++) {
            int name = spots[at(field) + NAME];
            names |= name < 0 ? 0 : 1L << name;
        }
        return names;
    }

    void add(int name, int start, int nameEnd, int valueStart, int valueEnd, int end) {
        int spot = count++ * STRIDE;
        if (spot == spots.length) {
            spots = Arrays.copyOf(spots, Math.max(FIRST_FIELDS * STRIDE, 2 * spots.length));
        }
        int[] to = spots;
        to[spot + END] = end;
        to[spot + START] = start;
        to[spot + NAME_END] = nameEnd;
        to[spot + VALUE_START] = valueStart;
        to[spot + VALUE_END] = valueEnd;
        to[spot + NAME] = name;
        long bit = 1L << name;
        repeated |= present & bit;
        present |= bit;
    }

    int start(int field) {
        return spots[at(field) + START];
    }

    int nameEnd(int field) {
        return spots[at(field) + NAME_END];
    }

    int valueStart(int field) {
        return spots[at(field) + VALUE_START];
    }

    int valueEnd(int field) {
        return spots[at(field) + VALUE_END];
    }

    /** Behind the line's CR LF. */
    int end(int field) {
        return spots[at(field) + END];
    }

    int name(int field) {
        int name = spots[at(field) + NAME];
        return name < 0 ? ~name : name;
    }

    /** Id of the name, or negative if dropped. */
    int nameIfKept(int field) {
        return spots[at(field) + NAME];
    }

    boolean dropped(int field) {
        return spots[at(field) + NAME] < 0;
    }

    void drop(int field) {
        int spot = at(field) + NAME;
        if (spots[spot] >= 0) {
            spots[spot] = ~spots[spot];
        }
    }

    void drop(Name name) {
        for (int field = find(name, 0); field >= 0; field = find(name, field + 1)) {
            drop(field);
        }
    }

    /** Drops all fields whose names are in the set. */
    void dropAll(long names) {
        if (any(names)) {
            for (int field = 0; field < count; field++) {
                int name = spots[at(field) + NAME];
                if (name >= 0 && ((names >>> name) & 1) != 0) {
                    drop(field);
                }
            }
        }
    }

    int find(Name name, int from) {
        if (any(name.bit())) {
            int wanted = name.id();
            for (int field = from; field < count; field++) {
                if (spots[at(field) + NAME] == wanted) {
                    return field;
                }
            }
        }
        return -1;
    }

    /** The first field of that name that is not dropped, else the last one that is; -1 if there was none. */
    int findEver(Name name) {
        int found = find(name, 0);
        for (int field = count - 1; found < 0 && field >= 0 && any(name.bit()); field--) {
            found = name(field) == name.id() ? field : -1;
        }
        return found;
    }

    int find(byte[] block, String lowerCaseName, int from) {
        for (int field = from; field < count; field++) {
            if (!dropped(field) && named(block, field, lowerCaseName)) {
                return field;
            }
        }
        return -1;
    }

    private boolean named(byte[] block, int field, String lowerCaseName) {
        int start = start(field);
        int length = lowerCaseName.length();
        if (nameEnd(field) - start != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Octets.lower(block[start + i]) != lowerCaseName.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    void copyTo(FieldIndex other) {
        other.spots = spots.clone();
        other.count = count;
        other.present = present;
        other.repeated = repeated;
    }

    void clear() {
        count = 0;
        present = 0;
        repeated = 0;
        if (spots.length > KEPT_FIELDS * STRIDE) {
            spots = NONE;
        }
    }

    private int at(int field) {
        return field * STRIDE;
    }
}
