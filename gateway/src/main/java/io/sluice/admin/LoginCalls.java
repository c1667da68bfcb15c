package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** How a browser comes to a session, and who it then is. */
final class LoginCalls {
    private final Authorization authorization;

    LoginCalls(Authorization authorization) {
        this.authorization = authorization;
    }

    List<Operation> operations() {
        return List.of(
                new Operation(HttpMethod.POST, "/api/v1/login", Access.OPEN, true, this::login),
                new Operation(HttpMethod.POST, "/api/v1/logout", Access.OPEN, false, this::logout),
                Operation.get("/api/v1/me", request -> AdminResponse.json(200, me(request.caller()))));
    }

    private ObjectNode me(Caller caller) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("caller", caller.name())
                .put("access", caller.granted().name().toLowerCase(Locale.ROOT))
                .put("tokenNeeded", authorization.needsToken());
    }

    private AdminResponse login(AdminRequest request) {
        AdminResponse objection = Guard.fromElsewhere(request);
        if (objection != null) {
            return objection;
        }
        String token;
        try {
            JsonNode body = new ObjectMapper().readTree(request.body());
            token = body == null ? "" : body.path("token").asText();
        } catch (IOException e) {
            token = "";
        }
        if (token.isEmpty()) {
            return AdminResponse.error(400, "token: missing", "{\"token\": \"...\"}");
        }
        if (!authorization.needsToken()) {
            // whoever comes this far may do everything
            return AdminResponse.json(200, me(Caller.LOCAL));
        }
        Authorization.Verdict verdict = authorization.judge(request, token);
        AdminResponse refusal = verdict.refusal();
        return refusal == null
                ? AdminResponse.json(200, me(verdict.caller()))
                        .with("set-cookie", authorization.beginSession(request, verdict.caller()))
                        .resulting("session of " + verdict.caller().name())
                : refusal;
    }

    private AdminResponse logout(AdminRequest request) {
        AdminResponse objection = Guard.fromElsewhere(request);
        return objection == null
                ? AdminResponse.empty(204).with("set-cookie", authorization.endSession(request))
                : objection;
    }
}
