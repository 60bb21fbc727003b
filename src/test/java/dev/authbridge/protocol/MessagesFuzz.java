package dev.authbridge.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.claude.signin.PastedCodeFuzz;
import dev.authbridge.core.Reason;

/** Fuzz target: any text as the message of a client. A code in it is read as well, since JSON can contain any character. */
public final class MessagesFuzz {
    private static final int LONGEST_SENTENCE = 120;
    private static final int LONGEST_ID = 64;

    private MessagesFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, UTF_8);
        ClientMessage message;
        try {
            message = MessageCodec.read(text);
        } catch (BadMessage bad) {
            String sentence = bad.refusal().problem().message();
            require(bad.refusal().problem().reason() == Reason.BAD_MESSAGE, "the reason of a bad message");
            require(
                    !sentence.isEmpty()
                            && sentence.length() <= LONGEST_SENTENCE
                            && sentence.chars().allMatch(each -> each >= ' ' && each < 0x7f),
                    "the sentence about a bad message: " + sentence);
            bad.promptId().ifPresent(MessagesFuzz::checkId);
            return;
        }
        require(message.key().map(key -> !key.reveal().isEmpty()).orElse(true), "an empty key");
        message.promptId().ifPresent(MessagesFuzz::checkId);
        if (message instanceof ClientMessage.Code code) {
            require(!code.code().reveal().isEmpty(), "an empty code");
            PastedCodeFuzz.check(code.code().reveal());
        }
        if (message instanceof ClientMessage.ChatPrompt prompt) {
            require(!prompt.prompt().reveal().isEmpty(), "an empty prompt");
        }
        String shown = message.toString();
        require(
                message.key()
                        .map(key -> key.reveal().length() < 16 || !shown.contains(key.reveal()))
                        .orElse(true),
                "the text form of a message shows its key");
    }

    private static void checkId(String id) {
        require(!id.isEmpty() && id.length() <= LONGEST_ID, "the length of a prompt's id");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
