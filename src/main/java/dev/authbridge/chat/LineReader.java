package dev.authbridge.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Reads lines of UTF-8 as they come, none of them endless. Blocks. */
final class LineReader {
    /** A line holds a whole answer at most, twice: Claude's longest has about 500 KB. */
    private static final int LONGEST = 4 * 1024 * 1024;

    private final InputStream input;
    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** @param lines told each line that is not blank */
    LineReader(InputStream input, Consumer<String> lines) {
        this.input = input;
        this.lines = lines;
    }

    /** @throws IOException also for a line that is too long */
    void readAll() throws IOException {
        byte[] buffer = new byte[8192];
        for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
            int start = 0;
            for (int index = 0; index < count; index++) {
                if (buffer[index] == '\n') {
                    line.write(buffer, start, index - start);
                    tell();
                    start = index + 1;
                }
            }
            line.write(buffer, start, count - start);
            if (line.size() > LONGEST) {
                throw new IOException("it printed a line of more than " + LONGEST + " bytes");
            }
        }
        tell();
    }

    private void tell() {
        String text = line.toString(UTF_8);
        line.reset();
        if (!text.isBlank()) {
            lines.accept(text);
        }
    }
}
