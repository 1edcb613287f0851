package io.datastream.bench.compare;

/** Runs one engine in a JVM of its own. */
final class EngineMain {
    static final String RESULT = "RESULT ";

    private EngineMain() {}

    public static void main(String[] args) throws Exception {
        Job job = Job.parse(args);
        Engine.of(job.engine()).start(job);
        System.out.println(RESULT + Meter.measure(job));
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
