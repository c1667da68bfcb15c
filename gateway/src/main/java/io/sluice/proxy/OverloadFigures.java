package io.sluice.proxy;

/**
 * How hard pressed the process is.
 *
 * @param level 0: not at all; 1: exchanges of low importance are refused; 2: all but those of high importance; 3: all
 * @param memoryPercent in use; 0 if nobody looks
 * @param lagNanos that the latest loop is late; 0 if nobody looks
 */
public record OverloadFigures(int level, int memoryPercent, long lagNanos) {}
