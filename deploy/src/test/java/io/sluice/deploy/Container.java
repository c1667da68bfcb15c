package io.sluice.deploy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An image, unpacked by umoci, whose program runs as a container's would: with the image's files for its root, its user and
 * nothing of this machine's environment. It shares the network with the test.
 */
final class Container {
    /** In a mount namespace of its own: with the kernel's files, as a container has them. */
    private static final String NAMESPACE =
            "mount --rbind /proc \"$1/proc\" && mount --rbind /dev \"$1/dev\" && shift && exec \"$@\"";

    private static final String LIBRARIES = "LD_LIBRARY_PATH=/opt/sluice/java/lib:/opt/sluice/java/lib/server";

    private final Path root;
    private final JsonNode process;
    private final boolean superuser;
    private final boolean namespaces;

    private Container(Path root, JsonNode process, boolean superuser, boolean namespaces) {
        this.root = root;
        this.process = process;
        this.superuser = superuser;
        this.namespaces = namespaces;
    }

    /** Unpacks an image into a new folder. */
    static Container unpack(Path layout, Path bundle) throws IOException, InterruptedException {
        boolean superuser = Tool.run("id", "-u").good().strip().equals("0");
        List<String> command = new ArrayList<>(List.of("umoci", "unpack"));
        if (!superuser) {
            command.add("--rootless");
        }
        command.addAll(List.of("--image", layout + ":latest", bundle.toString()));
        Tool.run(command).good();
        JsonNode config =
                new JsonMapper().readTree(bundle.resolve("config.json").toFile());
        Path root = bundle.resolve("rootfs");
        List<String> trial = new ArrayList<>(namespace(superuser));
        trial.addAll(List.of("sh", "-c", NAMESPACE, "sh", root.toString(), "true"));
        return new Container(
                root, config.path("process"), superuser, Tool.run(trial).code() == 0);
    }

    Path root() {
        return root;
    }

    JsonNode process() {
        return process;
    }

    /** What starts a program of the image on this machine. */
    List<String> command(List<String> program) {
        List<String> command = new ArrayList<>(List.of("env", "-i", "PATH=" + System.getenv("PATH")));
        if (!namespaces) {
            // not allowed here: without /proc the loader can't tell where the program is whose libraries it looks for
            command.add(LIBRARIES);
        }
        if (namespaces || !superuser) {
            command.addAll(namespace(superuser));
        }
        if (namespaces) {
            command.addAll(List.of("sh", "-c", NAMESPACE, "sh", root.toString()));
        }
        command.add("chroot");
        if (superuser) {
            command.add("--userspec=" + process.at("/user/uid") + ":" + process.at("/user/gid"));
        }
        command.add(root.toString());
        command.addAll(program);
        return command;
    }

    private static List<String> namespace(boolean superuser) {
        return superuser ? List.of("unshare", "--mount") : List.of("unshare", "--map-root-user", "--mount");
    }

    /** Takes away the one folder that others than root may write to: so nothing can be written, as on a read-only file system. */
    void seal() throws IOException {
        Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("r-xr-xr-x"));
    }

    static Map<String, String> labels(JsonNode image) {
        return new JsonMapper().convertValue(image.at("/config/Labels"), new TypeReference<>() {});
    }
}
