package io.sluice.config;

/**
 * What is done about W3C Trace Context.
 *
 * @param start a request without a trace gets one; a trace that is there is passed on in any case
 * @param sampled the share of the traces started here whose backends are told to record them, 0..1
 */
public record Tracing(boolean start, double sampled) {
    public static final Tracing PASSED = new Tracing(false, 1);
}
