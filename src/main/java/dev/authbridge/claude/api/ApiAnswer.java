package dev.authbridge.claude.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.credential.Validity;
import java.net.http.HttpResponse;

/**
 * What the API's answer means. 200 is valid and 401 invalid. 403 says nothing, since a {@code setup-token} token is for
 * inference only; neither does anything else.
 *
 * @param validity what follows
 * @param said the answer in words; may repeat what was sent
 */
record ApiAnswer(Validity validity, String said) {
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;

    static ApiAnswer of(HttpResponse<String> response) {
        int status = response.statusCode();
        if (status == OK) {
            return isJson(response)
                    ? new ApiAnswer(Validity.VALID, "200")
                    : new ApiAnswer(
                            Validity.UNKNOWN, "200, but not from the API: is there a proxy that answers itself?");
        }
        Validity validity = status == UNAUTHORIZED ? Validity.INVALID : Validity.UNKNOWN;
        return new ApiAnswer(validity, (status + " " + error(response.body())).strip());
    }

    private static boolean isJson(HttpResponse<String> response) {
        return response.headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith("application/json"))
                .isPresent();
    }

    /** What the API's error document says: {@code {"error": {"type": …, "message": …}}}; nothing for anything else. */
    private static String error(String body) {
        try {
            JsonNode error = new ObjectMapper().readTree(body).path("error");
            return error.isObject()
                    ? error.path("type").asText() + ": " + error.path("message").asText()
                    : "";
        } catch (JsonProcessingException e) {
            return "";
        }
    }
}
