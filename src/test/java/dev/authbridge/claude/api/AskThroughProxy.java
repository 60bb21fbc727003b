package dev.authbridge.claude.api;

import dev.authbridge.support.Secrets;
import java.net.URI;
import java.time.Clock;
import java.util.Map;

/** A process of its own that asks the service once, through the proxy that it is given. */
final class AskThroughProxy {
    private AskThroughProxy() {}

    public static void main(String[] arguments) {
        AnthropicApi api = new AnthropicApi(
                URI.create(AnthropicApi.DEFAULT_URL), Map.of("HTTPS_PROXY", arguments[0]), Clock.systemUTC());
        System.out.println(api.ask(Secrets.credential(1)).toCompletableFuture().join());
    }
}
