package io.sluice.config;

import io.sluice.config.GatewayReader.Reading;
import io.sluice.config.IncludedFile.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts one config together from its main file and the included ones. If a former reading is known, an included file that
 * has changed and has problems is put back to what it was then, or left out, and all is read again, until there are no
 * problems, or only some that this can't mend. Each file is put back once, so that comes to an end.
 */
final class Assembly {
    private final Source main;
    private final Includes includes;
    private final @Nullable LastGood before;

    /** @param before null: every file must be good */
    Assembly(Source main, Includes includes, @Nullable LastGood before) {
        this.main = main;
        this.includes = includes;
        this.before = before;
    }

    /** One included file on its way. */
    private static final class Member {
        final Source current;
        /** What is read; null: nothing. */
        @Nullable
        Source used;

        /** Why the current version is not used; empty while it is. */
        List<Problem> problems = List.of();

        Member(Source current) {
            this.current = current;
            this.used = current;
        }

        @SuppressWarnings("ReferenceEquality") // not an earlier version that reads the same
        boolean isCurrent() {
            return used == current;
        }
    }

    LoadResult read() {
        List<Member> members = includes.sources().stream().map(Member::new).toList();
        while (true) {
            Problems own = main.problems().and();
            own.addAll(includes.problems());
            Map<Member, Reading> readings = readings(members);
            GatewayConfig config =
                    new GatewayReader(new Reading(main.tree(), own, false), List.copyOf(readings.values())).read();
            if (own.isEmpty()
                    && readings.values().stream()
                            .allMatch(reading -> reading.problems().isEmpty())) {
                return loaded(config, members);
            }
            if (!putBack(readings)) {
                return rejected(own, members, readings);
            }
        }
    }

    /** The further files that are named in any of them. */
    Set<Path> named() {
        if (!mayName(main) && includes.sources().stream().noneMatch(Assembly::mayName)) {
            return Set.of();
        }
        read();
        Set<Path> named = new LinkedHashSet<>(main.problems().named());
        includes.sources().forEach(source -> named.addAll(source.problems().named()));
        return named;
    }

    /** Reading a large config is not for nothing. */
    private static boolean mayName(Source source) {
        return source.text().contains("tls");
    }

    private Map<Member, Reading> readings(List<Member> members) {
        Map<Member, Reading> readings = new LinkedHashMap<>();
        for (Member member : members) {
            Source used = member.used;
            if (used != null) {
                Problems problems = used.problems().and();
                if (isEmptied(member)) {
                    // so it is for a moment when it is written anew, and all that was in it must not be gone meanwhile
                    problems.add(Place.START, "the file is empty (expected: routes or upstreams, or a comment)");
                }
                readings.put(member, new Reading(used.tree(), problems, isNew(member)));
            }
        }
        return readings;
    }

    /** Whether a file is as it never was before; if a name is there twice, such a file is told. */
    private boolean isNew(Member member) {
        LastGood known = before;
        return known != null && member.isCurrent() && !known.holds(member.current);
    }

    /** Whether a file holds nothing at all, and did before. */
    private boolean isEmptied(Member member) {
        LastGood known = before;
        Source good = known == null ? null : known.of(member.current);
        return good != null
                && !good.text().isEmpty()
                && member.isCurrent()
                && member.current.text().isEmpty();
    }

    /** Puts files back that have problems; false: there is none that could be. */
    private boolean putBack(Map<Member, Reading> readings) {
        boolean some = false;
        for (Map.Entry<Member, Reading> entry : readings.entrySet()) {
            Member member = entry.getKey();
            Problems problems = entry.getValue().problems();
            LastGood known = before;
            if (known != null && !problems.isEmpty() && isNew(member)) {
                member.problems = problems.inFileOrder();
                member.used = known.of(member.current);
                some = true;
            }
        }
        return some;
    }

    private LoadResult loaded(GatewayConfig config, List<Member> members) {
        List<IncludedFile> files = new ArrayList<>();
        for (Member member : members) {
            Source used = member.used;
            State state = used == null ? State.LEFT_OUT : member.isCurrent() ? State.CURRENT : State.KEPT;
            files.add(new IncludedFile(member.current.name(), state, used == null ? "" : used.text(), member.problems));
        }
        LastGood good = LastGood.of(members.stream()
                .map(member -> member.used)
                .filter(Objects::nonNull)
                .toList());
        return new LoadResult.Loaded(config, main.text(), List.copyOf(files), good);
    }

    private LoadResult rejected(Problems own, List<Member> members, Map<Member, Reading> readings) {
        List<Problem> problems = new ArrayList<>(own.inFileOrder());
        Map<String, String> texts = new LinkedHashMap<>();
        for (Member member : members) {
            texts.put(member.current.name(), member.current.text());
            problems.addAll(member.problems);
            Reading reading = readings.get(member);
            if (reading != null) {
                problems.addAll(reading.problems().inFileOrder());
            }
        }
        return new LoadResult.Rejected(List.copyOf(problems), main.text(), Collections.unmodifiableMap(texts));
    }
}
