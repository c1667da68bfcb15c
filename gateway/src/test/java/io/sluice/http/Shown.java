package io.sluice.http;

/** Everything a head says, as text to compare. */
final class Shown {
    private Shown() {}

    static String of(Head head) {
        StringBuilder shown = new StringBuilder();
        shown.append(head.status() == 0 ? head.method() + ' ' + head.path() + ' ' + head.query() : head.status());
        shown.append(" 1.").append(head.minorVersion()).append(' ').append(head.authority());
        shown.append(" body=").append(head.body());
        shown.append(head.keepsAlive() ? " keep" : " close");
        shown.append(head.upgrades() ? " upgrade" : "");
        shown.append(head.expectsContinue() ? " expects" : "");
        shown.append('\n').append(fields(head));
        return shown.toString();
    }

    /** The fields that are not dropped, one a line. */
    static String fields(Head head) {
        StringBuilder shown = new StringBuilder();
        for (int field = 0; field < head.fields(); field++) {
            if (!head.dropped(field)) {
                shown.append(head.nameText(field))
                        .append(": ")
                        .append(head.value(field))
                        .append('\n');
            }
        }
        return shown.toString();
    }
}
