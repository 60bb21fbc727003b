package dev.authbridge.credential;

import dev.authbridge.core.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The credential that the bridge keeps for an owner, and the others on this machine.
 *
 * @param kept the status of the credential that is kept; empty if there is none, or if it cannot be read
 * @param unreadable why the credential that is kept cannot be read, and what to do; empty if it can, or if there is none
 * @param ambient the others; the one that takes precedence among them comes first
 */
public record SeenCredentials(Optional<CredentialStatus> kept, Optional<Problem> unreadable, List<Ambient> ambient) {
    /**
     * A credential on this machine that the bridge does not keep, or a setting that decides which one is used. It is only looked
     * at, never changed, and nothing of it is kept.
     *
     * @param source where it was found, by its name on the wire
     * @param method what it is, by the wire name of its {@link CredentialKind}, {@link #OTHER} or {@link #NONE}
     * @param expiresAt when it expires, if the place where it was found says so
     * @param setting the setting; empty for a credential
     */
    public record Ambient(String source, String method, Optional<Instant> expiresAt, Optional<Setting> setting) {
        /** The method of what is a credential of another kind or provider. */
        public static final String OTHER = "other";

        /** The method of what is no credential. */
        public static final String NONE = "none";

        public Ambient {
            Objects.requireNonNull(source);
            Objects.requireNonNull(method);
            Objects.requireNonNull(expiresAt);
            Objects.requireNonNull(setting);
        }

        /** A credential that no setting is needed for. */
        public Ambient(String source, String method, Optional<Instant> expiresAt) {
            this(source, method, expiresAt, Optional.empty());
        }

        boolean isUsed() {
            return !method.equals(NONE);
        }

        /** Whether it keeps a credential of this kind from being used as it should, whoever starts the program. */
        public boolean outranks(String kind) {
            return setting.isPresent() && setting.get().outranks().contains(kind);
        }
    }

    /**
     * An entry of a settings file.
     *
     * @param file its path
     * @param entry its name, without its value; empty if the file cannot be read
     * @param advice what it does and what to do about it, for people
     * @param outranks the kinds of credential, by their wire names, that it keeps from being used as they should
     * @param unknown whether it is not known what is in the file, although it may be obeyed
     */
    public record Setting(String file, String entry, String advice, Set<String> outranks, boolean unknown) {
        public Setting {
            Objects.requireNonNull(file);
            Objects.requireNonNull(entry);
            Objects.requireNonNull(advice);
            outranks = Set.copyOf(outranks);
        }
    }

    /** The source of the credential that the bridge keeps. */
    public static final String BRIDGE = "bridge";

    /** No credential anywhere. */
    public static final SeenCredentials NONE = new SeenCredentials(Optional.empty(), Optional.empty(), List.of());

    public SeenCredentials {
        Objects.requireNonNull(kept);
        Objects.requireNonNull(unreadable);
        ambient = List.copyOf(ambient);
    }

    /** Whether there are several, so that it depends on how the CLI is started which one it uses. */
    public boolean conflict() {
        return ambient.stream().filter(Ambient::isUsed).count() + (kept.isPresent() ? 1 : 0) > 1;
    }

    /** The one that the CLI uses if somebody starts it on this machine by hand: it knows nothing of the store. */
    public Optional<Ambient> ambientUsedByHand() {
        return ambient.stream().filter(Ambient::isUsed).findFirst();
    }

    /** The source of the credential that the CLI uses if somebody starts it on this machine by hand. */
    public Optional<String> usedByHand() {
        return ambientUsedByHand().map(Ambient::source);
    }

    /**
     * The one that the CLI uses in place of the bridge's even if the bridge gives it its variables, which no setting heeds. Empty if
     * there is none.
     */
    public Optional<Ambient> ambientUsedThroughBridge() {
        return kept.flatMap(
                status -> inTheWay().stream().filter(Ambient::isUsed).findFirst());
    }

    /** The source of the credential that the CLI uses if the bridge starts it, or gives it its variables. */
    public Optional<String> usedThroughBridge() {
        return kept.map(
                status -> ambientUsedThroughBridge().map(Ambient::source).orElse(BRIDGE));
    }

    /** The settings that keep the credential of the bridge from being used as it should; all of them if there is none. */
    public List<Ambient> inTheWay() {
        return ambient.stream()
                .filter(other -> kept.map(
                                status -> other.outranks(status.summary().method()))
                        .orElse(other.setting().isPresent()))
                .toList();
    }
}
