package dev.authbridge.credential;

import java.util.List;
import java.util.Map;

/**
 * How the environment of a sandbox has to be changed so that a program in it uses one credential and no other.
 *
 * @param set variables to set; the value is the secret, so the text form does not show it
 * @param unset variables to remove, since they outrank what is set or change what it means
 */
public record SandboxVariables(Map<String, String> set, List<String> unset) {
    public SandboxVariables {
        set = Map.copyOf(set);
        unset = List.copyOf(unset);
    }

    /** Changes the environment of a process that is about to start. */
    public void applyTo(Map<String, String> environment) {
        unset.forEach(environment::remove);
        environment.putAll(set);
    }

    @Override
    public String toString() {
        return "SandboxVariables[set " + set.keySet() + ", unset " + unset + "]";
    }
}
