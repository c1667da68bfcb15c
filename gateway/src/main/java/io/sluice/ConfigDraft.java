package io.sluice;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * What the config file is to hold, on the disk beside it: {@link #publish} puts it in the file's place in one step, so that
 * whoever reads the file finds the old text or the new one. {@link #close} throws away what was not published. Where the file is
 * a symbolic link, what it leads to is replaced.
 */
final class ConfigDraft implements AutoCloseable {
    private final Path target;
    private final Path draft;

    private ConfigDraft(Path target, Path draft) {
        this.target = target;
        this.draft = draft;
    }

    /**
     * Writes it down, with the permissions of the file.
     *
     * @throws IOException if it can't; the file is as it was
     */
    static ConfigDraft of(Path file, byte[] text) throws IOException {
        Path target = file.toRealPath();
        Path folder = target.toAbsolutePath().getParent();
        Path draft = Files.createTempFile(folder, "." + target.getFileName(), ".new");
        ConfigDraft made = new ConfigDraft(target, draft);
        try {
            made.write(text);
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    private void write(byte[] text) throws IOException {
        PosixFileAttributeView old = Files.getFileAttributeView(target, PosixFileAttributeView.class);
        PosixFileAttributeView own = Files.getFileAttributeView(draft, PosixFileAttributeView.class);
        if (old != null && own != null) {
            PosixFileAttributes attributes = old.readAttributes();
            giveAway(own, attributes);
            own.setPermissions(attributes.permissions());
        }
        try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(text);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
        }
    }

    /** To whom the file belongs, where this process may do that. */
    private static void giveAway(PosixFileAttributeView own, PosixFileAttributes attributes) throws IOException {
        PosixFileAttributes mine = own.readAttributes();
        try {
            if (!mine.group().equals(attributes.group())) {
                own.setGroup(attributes.group());
            }
            if (!mine.owner().equals(attributes.owner())) {
                own.setOwner(attributes.owner());
            }
        } catch (FileSystemException e) {
            // only root may give files away: then it is this user's
            return;
        }
    }

    void publish() throws IOException {
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(draft);
    }
}
