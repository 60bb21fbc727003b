package dev.authbridge.credential;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the environment of a sandbox has to be changed so that a program in it uses one credential and no other.
 *
 * @param set variables to set; the value is the secret, so the text form does not show it
 * @param unset variables to remove, since they outrank what is set, change what it means, or are diverting
 * @param diverting those of them with which the secret would reach somebody else than the service it is for
 */
public record SandboxVariables(Map<String, String> set, List<String> unset, List<String> diverting) {
    public SandboxVariables {
        set = Map.copyOf(set);
        unset = List.copyOf(unset);
        diverting = List.copyOf(diverting);
    }

    /** The names of the diverting variables that are set in this environment. */
    public List<String> divertingIn(Map<String, String> environment) {
        return diverting.stream()
                .filter(name -> !environment.getOrDefault(name, "").isEmpty())
                .toList();
    }

    /** The same, but the diverting variables stay as they are: for those who mean their own gateway to get the secret. */
    public SandboxVariables keepingDiverting() {
        List<String> others = new ArrayList<>(unset);
        others.removeAll(diverting);
        return new SandboxVariables(set, others, List.of());
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
