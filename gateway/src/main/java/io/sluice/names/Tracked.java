package io.sluice.names;

/** A name that is kept up to date for somebody. Any thread. */
public interface Tracked<T> extends AutoCloseable {

    Answer<T> answer();

    /** Nobody is told any more. */
    @Override
    void close();
}
