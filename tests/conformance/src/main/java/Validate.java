import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.utilities.i18n.I18nConstants;

/**
 * Validates FHIR R4 JSON resources with the HAPI FHIR instance validator, offline.
 *
 * <p>Rules come from the R4 core definitions alone: cardinalities, data types, invariants and the
 * value sets R4 publishes. A code from a system that is not part of those definitions (LOINC, SNOMED
 * CT, a project's own CodeSystem), a profile or an extension that is not among them can't be checked,
 * and is a warning.
 *
 * <p>Exit status: 0 if every resource is free of errors, 1 if one is not (or cannot be read, or there
 * was none at all), 2 for wrong usage.
 */
public final class Validate {
    private static final String USAGE = """
            usage: validate [-w] [-t] [-s] [-d FOLDER] [-p URL] [-j N] FILE...
              FILE   a JSON file with one FHIR R4 resource; a .ndjson or .jsonl file with one a line;
                     - for NDJSON on standard input
              -w     print warnings as well as errors
              -t     print start-up time and throughput to standard error
              -s     reads with a strict parser too, which refuses whatever it does not know
              -d F   folder with further definitions: StructureDefinition-*.json, CodeSystem-*.json
              -p URL profile that every resource must meet as well
              -j N   threads (default: the number of processors)
            """;

    /** Resources read ahead per thread; bounds memory on large inputs. */
    private static final int READ_AHEAD = 16;

    private static final FhirContext CONTEXT = FhirContext.forR4();

    private static final String CORE_EXTENSION = "http://hl7.org/fhir/StructureDefinition/";

    /** What was found in one resource. {@code issues} holds printable lines, errors first. */
    private record Result(String where, int errors, int warnings, List<String> issues) {}

    private record Options(
            boolean warnings, boolean timing, boolean strict, Path definitions, String profile, int threads,
            List<String> inputs) {}

    private final FhirValidator validator;
    private final Options options;
    private final ExecutorService pool;
    private final Queue<Future<Result>> pending = new ArrayDeque<>();
    private final PrintStream out;
    private long passed;
    private long failed;

    private Validate(FhirValidator validator, Options options, PrintStream out) {
        this.validator = validator;
        this.options = options;
        this.out = out;
        this.pool = Executors.newFixedThreadPool(options.threads(), task -> {
            Thread thread = new Thread(task, "validate");
            thread.setDaemon(true); // a failure in main must end the process
            return thread;
        });
    }

    public static void main(String[] args) throws Exception {
        Options options = parse(args);
        if (options == null) {
            System.err.print(USAGE);
            System.exit(2);
        }
        PrintStream out =
                new PrintStream(new BufferedOutputStream(System.out, 1 << 16), false, StandardCharsets.UTF_8);
        long start = System.nanoTime();
        Validate run = new Validate(newValidator(options.definitions()), options, out);
        double startUp = warmUp(run.validator, start);

        long begin = System.nanoTime();
        for (String input : options.inputs()) {
            run.readInput(input);
        }
        run.drain(0);
        run.pool.shutdown();
        double seconds = (System.nanoTime() - begin) / 1e9;

        if (run.passed + run.failed == 0) {
            System.err.println("validate: no resource found in the input");
        }
        out.printf("%d passed, %d failed%n", run.passed, run.failed);
        out.flush();
        if (options.timing()) {
            long count = run.passed + run.failed;
            System.err.printf(Locale.ROOT, "start-up %.1f s, %d resources in %.1f s, %.0f per second%n",
                    startUp, count, seconds, count / Math.max(seconds, 1e-9));
        }
        System.exit(run.failed == 0 && run.passed > 0 ? 0 : 1);
    }

    private static Options parse(String[] args) {
        boolean warnings = false;
        boolean timing = false;
        boolean strict = false;
        Path definitions = null;
        String profile = null;
        int threads = Runtime.getRuntime().availableProcessors();
        List<String> inputs = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "-w" -> warnings = true;
                case "-t" -> timing = true;
                case "-s" -> strict = true;
                case "-d", "-p" -> {
                    if (i + 1 == args.length) {
                        return null;
                    }
                    String option = args[i++];
                    if (option.equals("-d")) {
                        definitions = Path.of(args[i]);
                    } else {
                        profile = args[i];
                    }
                }
                case "-j" -> {
                    if (++i == args.length || !args[i].matches("[1-9][0-9]?")) {
                        return null;
                    }
                    threads = Integer.parseInt(args[i]);
                }
                default -> {
                    if (args[i].startsWith("-") && !args[i].equals("-")) {
                        return null;
                    }
                    inputs.add(args[i]);
                }
            }
        }
        return inputs.isEmpty() ? null : new Options(warnings, timing, strict, definitions, profile, threads, inputs);
    }

    /** Builds the validator; the definitions themselves are loaded at first use. */
    private static FhirValidator newValidator(Path definitions) throws IOException {
        FhirContext context = CONTEXT;
        var unknownSystems = new UnknownCodeSystemWarningValidationSupport(context);
        unknownSystems.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
        // The order matters: real terminology first, the fallback for unknown systems last.
        var support = new ValidationSupportChain(
                ValidationSupportChain.CacheConfiguration.defaultValues(),
                new DefaultProfileValidationSupport(context),
                definitionsOf(definitions),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new SnapshotGeneratingValidationSupport(context),
                unknownSystems);
        var module = new FhirInstanceValidator(support);
        module.setErrorForUnknownProfiles(false);
        module.setAnyExtensionsAllowed(false); // softened for foreign extensions in severityOf
        return context.newValidator().registerValidatorModule(module);
    }

    private static PrePopulatedValidationSupport definitionsOf(Path folder) throws IOException {
        var support = new PrePopulatedValidationSupport(CONTEXT);
        if (folder == null) {
            return support;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
            for (Path file : files) {
                support.addResource(CONTEXT.newJsonParser().parseResource(Files.readString(file)));
            }
        }
        return support;
    }

    /** Loads the definitions by validating a minimal resource; returns the seconds since {@code start}. */
    private static double warmUp(FhirValidator validator, long start) {
        var result = validator.validateWithResult("""
                {"resourceType":"Observation","status":"final","code":{"text":"warm-up"}}""");
        if (!result.isSuccessful()) {
            throw new IllegalStateException("the validator rejects a valid resource: " + result.getMessages());
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private void readInput(String name) throws InterruptedException, ExecutionException {
        try {
            if (name.equals("-")) {
                readLines(name, System.in);
            } else if (name.endsWith(".ndjson") || name.endsWith(".jsonl")) {
                try (InputStream in = Files.newInputStream(Path.of(name))) {
                    readLines(name, in);
                }
            } else {
                submit(name + ":1", Files.readAllBytes(Path.of(name)));
            }
        } catch (IOException e) {
            drain(0);
            print(unreadable(name + ":0", "cannot read: " + e));
        }
    }

    /** Reads NDJSON; blank lines are skipped but counted in line numbers. */
    private void readLines(String name, InputStream stream)
            throws IOException, InterruptedException, ExecutionException {
        var in = new BufferedInputStream(stream, 1 << 16);
        var line = new ByteArrayOutputStream();
        int number = 1;
        for (int b = in.read(); ; b = in.read()) {
            if (b != '\n' && b != -1) {
                line.write(b);
                continue;
            }
            byte[] text = line.toByteArray();
            line.reset();
            if (!isBlank(text)) {
                submit(name + ":" + number, text);
            }
            number++;
            if (b == -1) {
                return;
            }
        }
    }

    private static boolean isBlank(byte[] text) {
        for (byte b : text) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    private void submit(String where, byte[] text) throws InterruptedException, ExecutionException {
        drain(options.threads() * READ_AHEAD);
        pending.add(pool.submit(() -> validate(where, text)));
    }

    /** Prints finished results in input order until at most {@code limit} are outstanding. */
    private void drain(int limit) throws InterruptedException, ExecutionException {
        while (pending.size() > limit) {
            print(pending.remove().get());
        }
    }

    private Result validate(String where, byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return unreadable(where, "not UTF-8");
        }
        if (!text.stripLeading().startsWith("{")) { // HAPI would take XML too
            return unreadable(where, "not a JSON object");
        }
        if (options.strict()) {
            try {
                CONTEXT.newJsonParser().setParserErrorHandler(new StrictErrorHandler()).parseResource(text);
            } catch (DataFormatException e) {
                return unreadable(where, "a strict parser refuses it: " + e.getMessage());
            }
        }
        var wanted = new ValidationOptions();
        if (options.profile() != null) {
            wanted.addProfile(options.profile());
        }
        try {
            return collect(where, validator.validateWithResult(text, wanted).getMessages());
        } catch (RuntimeException e) { // HAPI reports some malformed input this way
            return unreadable(where, "cannot parse: " + e.getMessage());
        } catch (LinkageError | StackOverflowError e) { // signed Bundles need libraries we don't carry
            return unreadable(where, "the validator itself failed: " + e);
        }
    }

    private Result collect(String where, List<SingleValidationMessage> messages) {
        List<String> errors = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (SingleValidationMessage message : messages) {
            ResultSeverityEnum severity = severityOf(message);
            if (severity == ResultSeverityEnum.ERROR || severity == ResultSeverityEnum.FATAL) {
                errors.add(describe("error", message));
            } else if (severity == ResultSeverityEnum.WARNING) {
                warnings.add(describe("warning", message));
            }
        }
        List<String> issues = new ArrayList<>(errors);
        if (options.warnings()) {
            issues.addAll(warnings);
        }
        return new Result(where, errors.size(), warnings.size(), issues);
    }

    /**
     * HAPI's severity, but for two cases. A urn reference that no entry of its Bundle answers to can't be
     * resolved anywhere else, so it is an error. An unknown extension is one only where it claims to be
     * FHIR's own: others may well be defined elsewhere.
     */
    private static ResultSeverityEnum severityOf(SingleValidationMessage message) {
        if (I18nConstants.BUNDLE_BUNDLE_NOT_LOCAL.equals(message.getMessageId())) {
            return ResultSeverityEnum.ERROR;
        }
        if (I18nConstants.EXTENSION_EXT_UNKNOWN_NOTHERE.equals(message.getMessageId())
                && !message.getMessage().contains(CORE_EXTENSION)) {
            return ResultSeverityEnum.WARNING;
        }
        return message.getSeverity();
    }

    private static String describe(String severity, SingleValidationMessage message) {
        String location = message.getLocationString() == null ? "(root)" : message.getLocationString();
        return severity + " at " + location + ": " + oneLine(message.getMessage());
    }

    private static Result unreadable(String where, String why) {
        return new Result(where, 1, 0, List.of("error at (root): " + oneLine(why)));
    }

    private static String oneLine(String text) {
        return String.valueOf(text).replaceAll("\\s+", " ").strip();
    }

    private void print(Result result) {
        if (result.errors() == 0) {
            passed++;
        } else {
            failed++;
        }
        out.printf("%s %s errors=%d warnings=%d%n",
                result.errors() == 0 ? "OK" : "ERR", result.where(), result.errors(), result.warnings());
        for (String issue : result.issues()) {
            out.println("  " + issue);
        }
    }
}
