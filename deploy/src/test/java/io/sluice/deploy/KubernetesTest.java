package io.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.config.ConfigReader;
import io.sluice.config.DrainConfig;
import io.sluice.config.GatewayConfig;
import io.sluice.config.HostPort;
import io.sluice.config.LoadResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests: what one part of them says, the others and Sluice itself say, too. */
final class KubernetesTest {
    private static final Path FOLDER = Tree.DEPLOY.resolve("kubernetes");
    private static final Set<String> PROBES = Set.of("/healthz", "/readyz");

    // ---- gateway

    @Test
    void theConfigOfTheGatewayIsGood() {
        JsonNode container = sluice(workload("gateway.yaml"));
        GatewayConfig config = config(container);

        assertThat(config.routes()).isNotEmpty();
        assertThat(config.admin().token()).isNotEqualTo(config.admin().readToken());
        Set<Integer> ports = new TreeSet<>(List.of(config.admin().bind().port()));
        config.listeners().values().forEach(listener -> ports.add(((HostPort) listener.bind()).port()));
        assertThat(ports(container).values()).containsExactlyInAnyOrderElementsOf(ports);
    }

    @Test
    void theGatewayReadsTheMountedConfig() {
        JsonNode workload = workload("gateway.yaml");
        JsonNode container = sluice(workload);
        JsonNode map = one("gateway.yaml", "ConfigMap");
        JsonNode mount = container.at("/volumeMounts/0");

        assertThat(workload.at("/spec/template/spec/volumes/0/configMap/name")).isEqualTo(map.at("/metadata/name"));
        assertThat(workload.at("/spec/template/spec/volumes/0/name")).isEqualTo(mount.path("name"));
        assertThat(mount.has("subPath")).isFalse();
        String file = map.path("data").fieldNames().next();
        assertThat(texts(container.path("args")))
                .containsExactly("run", "-c", mount.path("mountPath").asText() + "/" + file);
    }

    @Test
    void probesOfTheGatewayAskWhatTheAdminListenerAnswers() {
        JsonNode container = sluice(workload("gateway.yaml"));
        int admin = config(container).admin().bind().port();

        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            JsonNode get = container.path(probe).path("httpGet");
            assertThat(get.path("path").asText()).as(probe).isIn(PROBES);
            assertThat(ports(container).get(get.path("port").asText()))
                    .as(probe)
                    .isEqualTo(admin);
        }
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
    }

    @Test
    void aPodOfTheGatewayHasTheTimeToDrain() {
        JsonNode workload = workload("gateway.yaml");
        JsonNode container = sluice(workload);
        DrainConfig drain = config(container).drain();

        // the nodes hear late that it is gone
        assertThat(drain.grace()).isPositive();
        assertThat(workload.at("/spec/template/spec/terminationGracePeriodSeconds")
                        .asLong())
                .isGreaterThan(drain.grace().plus(drain.timeout()).toSeconds());
    }

    @Test
    void theGatewayIsNotTakenAwayAsAWhole() {
        JsonNode workload = workload("gateway.yaml");
        JsonNode budget = one("gateway.yaml", "PodDisruptionBudget");

        assertThat(budget.at("/spec/selector/matchLabels")).isEqualTo(workload.at("/spec/selector/matchLabels"));
        assertThat(budget.at("/spec/maxUnavailable").asInt())
                .isLessThan(workload.at("/spec/replicas").asInt());
    }

    // ---- sidecar

    @Test
    void theSidecarStartsBeforeItsApplicationAndEndsAfterIt() {
        JsonNode pod = workload("sidecar.yaml").at("/spec/template/spec");
        JsonNode sidecar = sluice(workload("sidecar.yaml"));

        assertThat(pod.path("initContainers")).contains(sidecar);
        assertThat(sidecar.path("restartPolicy").asText()).isEqualTo("Always");
        // it listens only when the application does, which waits for a startup probe
        assertThat(sidecar.has("startupProbe")).isFalse();
        assertThat(pod.path("containers")).hasSize(1);
    }

    @Test
    void theSidecarIsToldByTheEnvironmentWhatItIsFor() throws Exception {
        JsonNode sidecar = sluice(workload("sidecar.yaml"));
        JsonNode application = workload("sidecar.yaml").at("/spec/template/spec/containers/0");
        Map<String, String> environment = environment(sidecar);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String help = Tool.run(java, "-cp", System.getProperty("java.class.path"), "io.sluice.Main", "run", "--help")
                .good();

        assertThat(texts(sidecar.path("args"))).containsExactly("run");
        assertThat(environment).containsKeys("SLUICE_TO", "SLUICE_LISTEN");
        assertThat(environment.keySet())
                .allSatisfy(name -> assertThat(help).containsPattern("\\[\\s*" + name + "\\s*]"));
        assertThat(environment(application)).containsValue(environment.get("SLUICE_TO"));
        assertThat(environment.get("SLUICE_LISTEN"))
                .endsWith(":" + ports(sidecar).get("web"));
    }

    // ---- both

    @ParameterizedTest
    @ValueSource(strings = {"gateway.yaml", "sidecar.yaml"})
    void theServiceFindsThePodsAndTheirPort(String file) {
        JsonNode service = one(file, "Service");
        JsonNode workload = workload(file);

        assertThat(workload.at("/spec/selector/matchLabels"))
                .isEqualTo(service.at("/spec/selector"))
                .isEqualTo(workload.at("/spec/template/metadata/labels"));
        for (JsonNode port : service.at("/spec/ports")) {
            assertThat(ports(sluice(workload)))
                    .containsKey(port.path("targetPort").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway.yaml", "sidecar.yaml"})
    void sluiceMayDoNothingThatItNeedNot(String file) {
        JsonNode pod = workload(file).at("/spec/template/spec");
        JsonNode container = sluice(workload(file)).path("securityContext");

        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").asText()).isEqualTo(ImageTest.USER);
        assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(texts(container.at("/capabilities/drop"))).containsExactly("ALL");
        assertThat(ports(sluice(workload(file)).deepCopy()).values()).allMatch(port -> port >= 1024);
    }

    /** Buffers may take a quarter of the memory, as the JVM has it: slow clients must not be able to fill that. */
    @ParameterizedTest
    @ValueSource(strings = {"gateway.yaml", "sidecar.yaml"})
    void sluiceHasTheMemoryThatItsLimitsAllow(String file) {
        long responses = config(sluice(workload("gateway.yaml"))).memory().responses();
        String limit = sluice(workload(file)).at("/resources/limits/memory").asText();

        assertThat(limit).endsWith("Mi");
        assertThat((Long.parseLong(limit.replace("Mi", "")) << 20) / 4).isGreaterThan(responses);
    }

    /** The config in the map, with a token for each variable that the container gets from the secret. */
    private static GatewayConfig config(JsonNode container) {
        String text =
                one("gateway.yaml", "ConfigMap").at("/data").iterator().next().asText();
        LoadResult result = ConfigReader.read("sluice.yaml", text, null, environment(container));
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).config();
    }

    private static Map<String, String> environment(JsonNode container) {
        Map<String, String> environment = new HashMap<>();
        for (JsonNode variable : container.path("env")) {
            String name = variable.path("name").asText();
            String value = variable.has("value") ? variable.path("value").asText() : "secret-of-" + name;
            assertThat(environment.put(name, value)).as(name).isNull();
        }
        return environment;
    }

    private static Map<String, Integer> ports(JsonNode container) {
        Map<String, Integer> ports = new HashMap<>();
        container
                .path("ports")
                .forEach(port -> ports.put(
                        port.path("name").asText(), port.path("containerPort").asInt()));
        return ports;
    }

    private static JsonNode sluice(JsonNode workload) {
        JsonNode pod = workload.at("/spec/template/spec");
        List<JsonNode> found = new ArrayList<>();
        for (String list : List.of("initContainers", "containers")) {
            pod.path(list).forEach(container -> {
                if (container.path("name").asText().equals("sluice")) {
                    found.add(container);
                }
            });
        }
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static JsonNode workload(String file) {
        return one(file, "Deployment");
    }

    private static JsonNode one(String file, String kind) {
        List<JsonNode> found = new ArrayList<>();
        JsonMapper json = new JsonMapper();
        // refuses a key that is there twice
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        for (Object document : new Yaml(new SafeConstructor(options)).loadAll(Tree.text(FOLDER.resolve(file)))) {
            JsonNode node = json.valueToTree(Objects.requireNonNull(document));
            if (node.path("kind").asText().equals(kind)) {
                found.add(node);
            }
        }
        assertThat(found).as("%s of %s", kind, file).hasSize(1);
        return found.getFirst();
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
