package dev.polymath.conformance;

import java.util.List;
import java.util.Optional;

/** Faults of providers. Each is registered by name, so each is a class. */
final class DiscoveryMutants {

  private static final String GROUP = "Discovery";

  private DiscoveryMutants() {}

  /** A right provider under a name of its own. */
  public abstract static class Named extends ReferenceProvider {

    @Override
    public String name() {
      return "mutant";
    }

    @Override
    public dev.polymath.Backend open(dev.polymath.BackendOptions options) {
      String name = name();
      return new ReferenceBackend() {
        @Override
        public dev.polymath.BackendInfo info() {
          return new dev.polymath.BackendInfo(name, "1", 1, "double loops", false);
        }
      };
    }
  }

  /** Compiled for another SPI. */
  public static final class OtherVersion extends Named {
    @Override
    public int spiVersion() {
      return 2;
    }
  }

  /** A name that is no name. */
  public static final class LoudName extends Named {
    @Override
    public String name() {
      return "The Mutant";
    }
  }

  /** Not usable. */
  public static final class Unavailable extends Named {
    @Override
    public Optional<String> unavailableReason() {
      return Optional.of("nothing works");
    }
  }

  /** Touches a class of a library, here JUnit's, when it is asked. */
  public static final class LibraryTouching extends Named {
    @Override
    public Optional<String> unavailableReason() {
      return org.opentest4j.TestAbortedException.class.getName().isEmpty()
          ? Optional.of("no library")
          : Optional.empty();
    }
  }

  /** Missing in META-INF/services. */
  public static final class Unregistered extends Named {}

  /** Another priority each time. */
  public static final class Changing extends Named {
    private static int asked;

    @Override
    public int priority() {
      return asked++;
    }
  }

  /** Opens a session of another name. */
  public static final class Disguised extends Named {
    @Override
    public dev.polymath.Backend open(dev.polymath.BackendOptions options) {
      return new ReferenceBackend();
    }
  }

  /** Has more threads in force than it says. */
  public static final class Busy extends Named {
    @Override
    public dev.polymath.Backend open(dev.polymath.BackendOptions options) {
      return new ReferenceBackend() {
        @Override
        public dev.polymath.BackendInfo info() {
          return new dev.polymath.BackendInfo(
              "mutant", "1", options.threads(), "double loops", false);
        }
      };
    }
  }

  /** Says of each start that it is the first. */
  public static final class Forgetful extends Named {
    @Override
    public Optional<String> costlyStart() {
      return Optional.of("the first start unpacks 400 MB");
    }
  }

  /** Has the name of the reference backend. */
  public static final class Twin extends ReferenceProvider {}

  static List<Mutant> all() {
    return List.of(
        new Mutant(
            "another version of the SPI",
            "spiVersion: the version that the provider was compiled for",
            GROUP,
            "spiVersion()",
            new OtherVersion()),
        new Mutant(
            "name with capitals and spaces",
            "name: lower case, words joined by hyphens",
            GROUP,
            "joined by hyphens",
            new LoudName()),
        new Mutant(
            "not available",
            "unavailableReason: empty if nothing is known to stand in the way",
            GROUP,
            "unavailableReason()",
            new Unavailable()),
        new Mutant(
            "library touched",
            "BackendProvider: loading and asking a provider touches no class of the library",
            GROUP,
            "the provider needs a class",
            new LibraryTouching()),
        new Mutant(
            "not registered",
            "BackendProvider: what ServiceLoader finds",
            GROUP,
            "is not registered",
            new Unregistered()),
        new Mutant(
            "priority that changes",
            "priority: among the available, the highest is opened",
            GROUP,
            "priority(), asked again",
            new Changing()),
        new Mutant(
            "more threads than its provider says",
            "mostThreads: the most threads that a session has in force",
            GROUP,
            "mostThreads() is 1",
            new Busy()),
        new Mutant(
            "every start called the first",
            "costlyStart: empty if it was done before",
            GROUP,
            "costlyStart() after a start",
            new Forgetful()),
        new Mutant(
            "session of another name",
            "BackendInfo.name: the name it is asked for by",
            GROUP,
            "info().name() of Backends.open",
            new Disguised()),
        new Mutant(
            "name of another backend",
            "Backends: a name is one backend's",
            GROUP,
            "Backends.list()",
            new Twin()));
  }
}
