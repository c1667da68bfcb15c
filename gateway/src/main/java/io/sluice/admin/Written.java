package io.sluice.admin;

/** How an attempt to write a config ended. */
public sealed interface Written {

    /** It was read, and put in force and into the file, unless the result says that it was rejected. */
    record Done(ReloadResult result) implements Written {}

    /**
     * What is there is not what the writer has seen. Nothing has changed.
     *
     * @param why in a few words
     * @param expected what to do
     */
    record Outdated(String why, String expected) implements Written {}

    /**
     * There is no file, or it can't be written. Nothing has changed.
     *
     * @param why in a few words
     * @param expected what would be good
     */
    record Impossible(String why, String expected) implements Written {}
}
