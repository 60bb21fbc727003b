package dev.authbridge.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReasonTest {
    /** {@code src/test/js/reasons.test.js} tests what the page does for each reason in that table. */
    @Test
    void theTableOfThePagesReasonsHasEachReason() throws IOException {
        TreeSet<String> named = new TreeSet<>();
        try (InputStream table = ReasonTest.class.getResourceAsStream("/reasons.json")) {
            new ObjectMapper().readTree(table).fieldNames().forEachRemaining(named::add);
        }
        assertEquals(
                Arrays.stream(Reason.values()).map(Reason::wireName).collect(Collectors.toCollection(TreeSet::new)),
                named);
    }
}
