package io.sluice.admin;

import java.time.Instant;

/**
 * A version of the config that is in force for a time only, unless somebody confirms it.
 *
 * @param previous the version that it goes back to
 * @param until when that is
 */
public record PendingChange(long version, long previous, Author author, Instant since, Instant until) {}
