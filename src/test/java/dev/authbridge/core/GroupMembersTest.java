package dev.authbridge.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupMembersTest {
    private static final GroupMembers MACHINE = new GroupMembers(
            List.of(
                    "root:x:0:0:root:/root:/bin/bash",
                    "alice:x:1000:1000::/home/alice:/bin/sh",
                    "bob:x:1001:100:Bob:/home/bob:/bin/sh",
                    "not a line",
                    "carol:x:1002:1002::/home/carol:"),
            List.of(
                    "root:x:0:",
                    "alice:x:1000:",
                    "carol:x:1002:alice",
                    "users:x:100:",
                    "staff:x:50:",
                    "admin:x:60:root,alice",
                    "docker:x:70:alice,bob",
                    "ghosts:x:80:nobody-knows-them",
                    ""));

    @ParameterizedTest(name = "user {0}, group {1}: {2}")
    @CsvSource({
        // The private group of the user, of root, of somebody else, and of a user who lets another one in.
        "1000, 1000, true",
        "1000, 0, true",
        "1001, 1000, false",
        "1002, 1002, false",
        // A group that is the first one of another user, has no member, has trusted ones, has others, has unknown ones.
        "1000, 100, false",
        "1000, 50, true",
        "1000, 60, true",
        "1000, 70, false",
        "1000, 80, false",
        // A group that the files do not know may have members that they do not know.
        "1000, 2000, false",
        "1000, 4711, false",
        // A user whom the files do not know, as in a container: only the group with the same number.
        "4711, 4711, true",
        "4711, 50, false",
        "4711, 0, false"
    })
    void onlyAGroupThatNobodyElseIsInCountsAsPrivate(long user, long group, boolean expected) {
        assertEquals(expected, MACHINE.onlyOf(user, group));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, true", "0, 50, false"})
    void withoutTheFilesOnlyTheNumberCounts(long user, long group, boolean expected) {
        assertEquals(expected, new GroupMembers(List.of(), List.of()).onlyOf(user, group));
    }
}
