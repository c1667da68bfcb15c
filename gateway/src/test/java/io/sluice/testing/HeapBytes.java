package io.sluice.testing;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** What is alive in the heap of this JVM. */
public final class HeapBytes {
    private static final Pattern CLASS = Pattern.compile("(?m)^ +\\d+: +\\d+ +(\\d+) +(\\S+)");
    /** Space that a collector has left between objects: it counts as objects of a class of its own. */
    private static final String FILLER = "jdk.internal.vm.Filler";

    private static final int SETTLED = 1024;
    private static final int TRIES = 20;

    private HeapBytes() {}

    /** After as many full collections as it takes until one finds no more to collect than the last did. */
    public static long alive() throws JMException {
        long last = count();
        for (int i = 0; i < TRIES; i++) {
            long now = count();
            if (Math.abs(now - last) < SETTLED) {
                return now;
            }
            last = now;
        }
        throw new AssertionError("the heap does not settle");
    }

    /** By the JVM's histogram of classes, which is made after a full collection. */
    private static long count() throws JMException {
        Object histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {null},
                        new String[] {String[].class.getName()});
        long sum = 0;
        for (Matcher row = CLASS.matcher(String.valueOf(histogram)); row.find(); ) {
            sum += row.group(2).contains(FILLER) ? 0 : Long.parseLong(row.group(1));
        }
        return sum;
    }
}
