package io.sluice.telemetry;

import io.sluice.config.AccessLogConfig.Target;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where a log's lines go. */
interface LogTarget {

    /** Opens it; what was there stays. */
    WritableByteChannel open() throws IOException;

    /** What tells one that is open from another that has taken its place under the same name; null: nothing does. */
    default @Nullable Object identity() {
        return null;
    }

    /** The one that a config names. */
    static LogTarget of(Target target) {
        return switch (target) {
            case Target.Stdout stdout -> StandardOutput::new;
            case Target.File file -> new NamedFile(file.path());
        };
    }

    /** The process's, not the log's: never closed. */
    final class StandardOutput implements WritableByteChannel {
        private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

        @Override
        public int write(java.nio.ByteBuffer from) throws IOException {
            return out.getChannel().write(from);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // see above
        }
    }

    /** A file that is appended to. */
    record NamedFile(String path) implements LogTarget {

        @Override
        public WritableByteChannel open() throws IOException {
            return new FileOutputStream(path, true).getChannel();
        }

        @Override
        public @Nullable Object identity() {
            try {
                return Files.readAttributes(Path.of(path), BasicFileAttributes.class)
                        .fileKey();
            } catch (IOException e) {
                return null; // it is gone, or can't be seen
            }
        }
    }
}
