package io.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ConfigReader;
import io.sluice.config.DrainConfig;
import io.sluice.config.LoadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service unit, as systemd itself reads it. */
final class SystemdTest {
    private static final Path UNIT = Tree.DEPLOY.resolve("systemd/sluice.service");
    private static final Pattern JAVA = Pattern.compile("/opt/sluice/java/bin/java");

    /**
     * The calls that a traced Sluice made over epoll, io_uring and NIO, with a request, a scrape, a reload and a drain, and those of long
     * bodies and tunnels.
     */
    private static final Set<String> CALLS = Set.of(
            ("accept accept4 access arch_prctl bind brk chdir clock_getres clock_nanosleep clone3 close connect epoll_create epoll_create1 "
                            + "epoll_ctl epoll_pwait2 epoll_wait eventfd2 execve fcntl fstat futex getcwd getdents64 getpeername getpid "
                            + "getrandom getsockname getsockopt gettid getuid inotify_add_watch inotify_init inotify_rm_watch "
                            + "io_uring_enter io_uring_register io_uring_setup ioctl listen lseek lstat madvise membarrier mmap mprotect "
                            + "munmap newfstatat openat pipe2 poll prctl pread64 prlimit64 read readlink readlinkat recvfrom recvmmsg "
                            + "recvmsg rename restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn sched_getaffinity "
                            + "sched_yield sendmmsg sendmsg sendto set_robust_list set_tid_address setsockopt shutdown socket "
                            + "socketpair splice stat statfs statx sysinfo timerfd_create timerfd_settime times uname unlink write writev")
                    .split(" ", -1));

    @TempDir
    private Path folder;

    @BeforeAll
    static void systemd() {
        Tool.require("systemd-analyze");
    }

    @Test
    void hasNothingThatSystemdDoesNotKnow() throws Exception {
        assertThat(Tool.run("systemd-analyze", "verify", "--man=no", unit().toString())
                        .good())
                .isEmpty();
    }

    @Test
    void isRatedAsWellShutIn() throws Exception {
        String rating = Tool.run(
                        "systemd-analyze",
                        "security",
                        "--offline=yes",
                        "--threshold=20",
                        "--no-pager",
                        unit().toString())
                .good();

        assertThat(rating).contains("Overall exposure level for sluice.service");
    }

    @Test
    void letsSluiceMakeTheSystemCallsThatItNeeds() throws Exception {
        Set<String> allowed = new HashSet<>();
        for (String filter : values("SystemCallFilter")) {
            for (String name : filter.replace("~", "").split(" ", -1)) {
                if (filter.startsWith("~")) {
                    allowed.removeAll(calls(name));
                } else {
                    allowed.addAll(calls(name));
                }
            }
        }

        assertThat(allowed).containsAll(CALLS).doesNotContain("mount", "ptrace", "bpf", "setuid", "kexec_load");
    }

    @Test
    void waitsLongerThanADrainTakes() {
        Duration stop =
                Duration.parse("PT" + values("TimeoutStopSec").getFirst().toUpperCase(Locale.ROOT));

        assertThat(stop).isGreaterThan(drain());
    }

    @Test
    void mayListenBelow1024AndNothingElse() {
        assertThat(values("CapabilityBoundingSet")).containsExactly("CAP_NET_BIND_SERVICE");
        assertThat(values("AmbientCapabilities")).containsExactly("CAP_NET_BIND_SERVICE");
        assertThat(values("NoNewPrivileges")).containsExactly("yes");
    }

    /** How long the config waits that says nothing about it. */
    private static Duration drain() {
        LoadResult result = ConfigReader.read("test.yaml", "listeners: { web: { bind: ':0' } }", null, Map.of());
        DrainConfig drain = ((LoadResult.Loaded) result).config().drain();
        return drain.grace().plus(drain.timeout());
    }

    /** With a program that is there: what it starts is installed by hand. */
    private Path unit() throws IOException {
        String text = JAVA.matcher(Tree.text(UNIT)).replaceAll("/bin/true");
        return Files.writeString(folder.resolve("sluice.service"), text);
    }

    private static List<String> values(String key) {
        return Pattern.compile("(?m)^" + key + "=(.*)$")
                .matcher(Tree.text(UNIT))
                .results()
                .map(line -> line.group(1))
                .toList();
    }

    /** What a group stands for, groups within it included. */
    private static Set<String> calls(String name) throws IOException, InterruptedException {
        if (!name.startsWith("@")) {
            return Set.of(name);
        }
        Set<String> calls = new TreeSet<>();
        List<String> lines = Pattern.compile("(?m)^ +([a-z0-9_@-]+)$")
                .matcher(Tool.run("systemd-analyze", "syscall-filter", "--no-pager", name)
                        .good())
                .results()
                .map(line -> line.group(1))
                .toList();
        for (String line : lines) {
            calls.addAll(calls(line));
        }
        return calls;
    }
}
