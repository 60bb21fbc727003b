package dev.authbridge.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.authbridge.gateway.SimulatedBridge.Act;
import dev.authbridge.gateway.SimulatedBridge.Step;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsCollector;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** Random histories of several owners and their clients; jqwik shortens one that breaks a rule to the steps that matter. */
class HistoriesTest {
    private static final Logger LOG = Logger.getLogger("dev.authbridge");

    /** Writing what thousands of logins log would take most of the time. */
    @BeforeContainer
    static void keepTheLogShort() {
        LOG.setLevel(Level.OFF);
    }

    @AfterContainer
    static void logAgain() {
        LOG.setLevel(null);
    }

    /** How often each act comes up; the others once. Most acts need some of these before them. */
    private static final Map<Act, Integer> FREQUENT = Map.of(
            Act.CONNECT, 4,
            Act.START, 6,
            Act.RIGHT_CODE, 8,
            Act.PAIR_A_DEVICE, 2,
            Act.THE_CLI_SHOWS_ITS_URL, 10,
            Act.THE_CLI_SHOWS_A_TOKEN, 4,
            Act.THE_CLI_REFUSES_THE_CODE, 2,
            Act.AN_ENDING_CLI_IS_GONE, 8,
            Act.THE_STORE_WORKS, 3);

    @Provide
    Arbitrary<List<Step>> histories() {
        List<Tuple.Tuple2<Integer, Act>> acts = Stream.of(Act.values())
                .map(act -> Tuple.of(FREQUENT.getOrDefault(act, 1), act))
                .toList();
        Arbitrary<Integer> numbers =
                Arbitraries.integers().between(0, 11).withDistribution(RandomDistribution.uniform());
        return Combinators.combine(Arbitraries.frequency(acts), numbers, numbers)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(100)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    @StatisticsReport(StatisticsReportMode.OFF)
    void noHistoryBreaksTheRules(@ForAll("histories") List<Step> history) throws Exception {
        live(history);
    }

    @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE)
    @StatisticsReport(StatisticsReportMode.OFF)
    @Tag("thorough")
    void noneOfManyHistoriesBreaksTheRules(@ForAll("histories") List<Step> history) throws Exception {
        live(history);
    }

    /** Found by random histories: the service answered after the login had given up, and what was signed out came back. */
    @Example
    void aTokenThatTheServiceTakesLateDoesNotComeBackAfterASignOut() throws Exception {
        List<String> ends = new SimulatedBridge()
                .live(Stream.of(
                                Act.CONNECT,
                                Act.START,
                                Act.THE_CLI_SHOWS_ITS_URL,
                                Act.RIGHT_CODE,
                                Act.THE_SERVICE_IS_SLOW,
                                Act.THE_CLI_SHOWS_A_TOKEN,
                                Act.HALF_A_MINUTE_PASSES,
                                Act.SIGN_OUT,
                                Act.THE_SERVICE_ANSWERS)
                        .map(act -> new Step(act, 0, 0))
                        .toList());
        assertEquals(List.of("storage_failed"), ends);
    }

    /** All histories together have to lead to every end of a login; otherwise they would say little. */
    private static void live(List<Step> history) throws Exception {
        StatisticsCollector ends = Statistics.label("ends");
        new SimulatedBridge().live(history).forEach(ends::collect);
        ends.coverage(reached -> List.of("signed_in", "cancelled", "timed_out", "cli_failed", "storage_failed", "busy")
                .forEach(end -> reached.check(end).count(count -> count > 0)));
    }
}
