package io.datastream.kafka;

/** Runs seeds. */
final class SimMain {
    public static void main(String[] args) throws Exception {
        ((ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("io.datastream")).setLevel(ch.qos.logback.classic.Level.OFF);
        long from = Long.parseLong(args[0]), to = Long.parseLong(args[1]);
        int most = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        SimCounts all = new SimCounts();
        int failed = 0;
        long start = System.nanoTime();
        for (long seed = from; seed < to; seed++) {
            try {
                all.add(SimRun.run(seed));
            } catch (AssertionError e) {
                failed++;
                if (most == 1) { System.out.println(e.getMessage()); 
                java.io.StringWriter w = new java.io.StringWriter(); e.getCause().printStackTrace(new java.io.PrintWriter(w)); System.out.println(w.toString().lines().limit(25).collect(java.util.stream.Collectors.joining("\n")));}
                else System.out.println("seed " + seed + " " + e.getMessage().lines().findFirst().get().substring(0, Math.min(300, e.getMessage().lines().findFirst().get().length())));
                if (failed >= most) { break; }
            }
        }
        System.out.println(all + " failed " + failed + " in " + (System.nanoTime() - start) / 1000000 + " ms; cpu " + java.lang.management.ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class).getProcessCpuTime() / 1000000);
        System.exit(0);
    }
}
