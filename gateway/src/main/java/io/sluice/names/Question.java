package io.sluice.names;

import java.util.List;

/** What is asked for a name. Asks and answers on the loop of the names. */
interface Question<T> {

    /** How an attempt ends; exactly one of the two, now or later. */
    interface Outcome<T> {
        /**
         * @param values in an order that does not depend on the server's
         * @param source who gave it
         * @param ttlSeconds the shortest of its records
         */
        void found(List<T> values, String source, long ttlSeconds);

        void failed(String why);
    }

    /** @param previous what the last good answer was */
    void ask(Resolver resolver, List<T> previous, Outcome<T> outcome);
}
