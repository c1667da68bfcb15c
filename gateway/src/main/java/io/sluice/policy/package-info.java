/** Decisions that keep state across requests: rate limits, retry budget, response cache, authorization. */
@NullMarked
package io.sluice.policy;

import org.jspecify.annotations.NullMarked;
