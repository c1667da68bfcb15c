package io.sluice.wire;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * What objects weigh in the heap of this JVM, by the rules that HotSpot lays them out by: a header, the fields without gaps but
 * for the last one (a subclass fills those of its superclass), all rounded up to 8 bytes. For accounting only: tests weigh the
 * objects themselves.
 */
public final class ObjectSize {
    /** Of compact headers; else there are 4 more for the class. */
    private static final int HEADER = isOn("UseCompactObjectHeaders") ? 8 : 12;

    private static final int REFERENCE = isOn("UseCompressedOops") ? 4 : 8;
    private static final int ALIGNMENT = 8;

    private ObjectSize() {}

    /**
     * Of an object with these fields, those of its superclasses included.
     *
     * @param others what the fields that are no references take, in bytes
     */
    public static int of(int references, int others) {
        int bytes = HEADER + references * REFERENCE + others;
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Of an array; 0 for one without elements, which its owners share. */
    public static int ofArray(int length, int element) {
        return length == 0 ? 0 : of(0, Integer.BYTES + length * element);
    }

    /** Of a reference. */
    public static int ofReference() {
        return REFERENCE;
    }

    private static boolean isOn(String option) {
        HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            return hotSpot != null
                    && Boolean.parseBoolean(hotSpot.getVMOption(option).getValue());
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }
}
