package dev.authbridge.web;

import dev.authbridge.protocol.BadMessage;
import dev.authbridge.protocol.Fields;
import dev.authbridge.protocol.MessageCodec;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The body of a request, which has to be a JSON object and to say so. */
final class JsonBody {
    private JsonBody() {}

    static Fields of(RoutingContext context) throws BadMessage {
        String type =
                Optional.ofNullable(context.request().getHeader("Content-Type")).orElse("");
        // A form of another site can post text/plain, but not JSON without asking first.
        if (!type.split(";", -1)[0].strip().equalsIgnoreCase("application/json")) {
            throw new BadMessage("The body has to be application/json.");
        }
        Buffer body = context.body().buffer();
        try {
            byte[] bytes = body == null ? new byte[0] : body.getBytes();
            return MessageCodec.readObject(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new BadMessage("The body is not valid UTF-8.");
        }
    }
}
