package io.sluice.wire;

import io.sluice.config.ListenerConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a listening Unix socket. It is made under another name and then renamed: so nobody finds it before it has its
 * permissions and somebody listens, and one that a dead process left is replaced in one step. Its methods wait: not on a loop.
 */
final class UnixFile {
    private static final Logger log = LoggerFactory.getLogger(UnixFile.class);
    private static final int NAME_DIGITS = 36;
    private static final int NAMES = NAME_DIGITS * NAME_DIGITS * NAME_DIGITS * NAME_DIGITS;

    private final Path path;
    private final Path made;
    /** What tells it from another file of that name. */
    private @Nullable Object identity;

    /** @throws IOException if the path can't be used; the message says why */
    UnixFile(Path path) throws IOException {
        this.path = path;
        Path folder = path.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder);
        }
        if (!Files.isWritable(folder)) {
            throw new IOException("folder " + folder + " can't be written to");
        }
        made = folder.resolve("." + Integer.toString(ThreadLocalRandom.current().nextInt(NAMES), NAME_DIGITS) + "~");
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            refuseIfInUse(path);
        }
    }

    private static void refuseIfInUse(Path path) throws IOException {
        if (!attributes(path).isOther()) {
            throw new IOException("a file that is no socket is in the way");
        }
        SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX);
        try (probe) {
            // or it would wait where a backlog is full
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            throw new IOException("address in use: somebody listens there");
        } catch (ConnectException | NoSuchFileException nobody) {
            log.debug("{} was left by a process that is gone", path);
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** What to bind to. */
    Path made() {
        return made;
    }

    /** The socket listens: from now on it is found under its name. */
    void publish(int mode) throws IOException {
        try {
            if (mode != ListenerConfig.Accept.UMASK) {
                Files.setPosixFilePermissions(made, permissions(mode));
            }
            identity = attributes(made).fileKey();
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | UnsupportedOperationException e) {
            Files.deleteIfExists(made);
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> all = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] inOrder = PosixFilePermission.values();
        for (int i = 0; i < inOrder.length; i++) {
            // owner's read is the highest bit, others' execute the lowest
            if ((mode & (1 << (inOrder.length - 1 - i))) != 0) {
                all.add(inOrder[i]);
            }
        }
        return all;
    }

    /** Removes it, unless it is somebody else's by now. */
    void remove() {
        try {
            Object mine = identity;
            if (mine != null && mine.equals(attributes(path).fileKey())) {
                Files.deleteIfExists(path);
            }
            Files.deleteIfExists(made);
        } catch (NoSuchFileException gone) {
            log.debug("{} is gone already", path);
        } catch (IOException e) {
            log.warn("{} could not be removed: {}", path, e.getMessage());
        }
    }
}
