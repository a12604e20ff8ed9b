import {
  NewTestRunResponse,
  ReportTestRun as Report,
  StartedTestRun,
  StartTestRun as Start,
  TestRunResponse,
} from '@homerealm/contracts';
import { Answers, pageOf, pageQuery, Refuses, RequireScope } from '@homerealm/platform';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AskForTestRun } from '../use-cases/test-runs/ask-for-test-run.js';
import { ReadTestRuns } from '../use-cases/test-runs/read-test-runs.js';
import { ReportTestRun } from '../use-cases/test-runs/report-test-run.js';
import { StartTestRun } from '../use-cases/test-runs/start-test-run.js';
import { By } from './caller.js';
import { malformed, OfConnection, OfTestRun, Summary } from './docs.js';

const ListQuery = z.strictObject(pageQuery);

@ApiTags('test runs')
@Controller('connections/:id/test-runs')
export class TestRunsController {
  constructor(
    private readonly askForTestRun: AskForTestRun,
    private readonly readTestRuns: ReadTestRuns,
  ) {}

  @Post()
  @RequireScope('connections:write')
  @Summary(
    'Ask for a test sign-in',
    'Whatever the state of the connection. Open `startUrl` within 15 minutes and sign in at the provider: nothing is written to the directory. A green run lets exactly this configuration be enabled for 7 days; a change of it makes runs that wait outdated.',
  )
  @Answers(201, 'The test run, with the link that starts it. The link is shown this once.', NewTestRunResponse)
  @OfConnection()
  ask(@Param('id') id: string, @By() by: string) {
    return this.askForTestRun.execute(id, by);
  }

  @Get()
  @RequireScope('connections:read')
  @Summary('List the test runs of a connection', 'The newest first. They are kept for 30 days.')
  @Answers(200, 'One page.', pageOf(TestRunResponse))
  @OfConnection()
  @Refuses(400, ...malformed)
  list(@Param('id') id: string, @Query({ schema: ListQuery }) query: z.output<typeof ListQuery>) {
    return this.readTestRuns.list(id, query);
  }

  @Get(':testRunId')
  @RequireScope('connections:read')
  @Summary('Read a test run', 'With what it found, once it ended.')
  @Answers(200, 'The test run as it is now.', TestRunResponse)
  @OfConnection()
  @OfTestRun('connection.not-found')
  read(@Param('id') id: string, @Param('testRunId') testRunId: string) {
    return this.readTestRuns.one(id, testRunId);
  }
}

/** What the gateway asks while it runs a test sign-in. */
@ApiTags('test runs')
@Controller('test-runs/:testRunId')
@RequireScope('test-runs:run')
export class RunningTestsController {
  constructor(
    private readonly startTestRun: StartTestRun,
    private readonly reportTestRun: ReportTestRun,
  ) {}

  @Post('start')
  @Summary('Take a test run up', 'Uses its ticket up and answers with the configuration to test. For the gateway.')
  @Answers(200, 'The configuration to test.', StartedTestRun)
  @OfTestRun('test-run.ticket-invalid')
  @Refuses(400, ...malformed)
  @Refuses(409, 'test-run.used', 'test-run.outdated')
  @Refuses(410, 'test-run.expired')
  start(@Param('testRunId') testRunId: string, @Body({ schema: Start }) body: Start) {
    return this.startTestRun.execute(testRunId, body.ticket);
  }

  @Post('report')
  @Summary('Report what a test run found', 'Once. For the gateway.')
  @Answers(200, 'The ended test run.', TestRunResponse)
  @OfTestRun()
  @Refuses(400, ...malformed)
  @Refuses(409, 'test-run.not-running')
  @Refuses(410, 'test-run.expired')
  report(@Param('testRunId') testRunId: string, @Body({ schema: Report }) body: z.output<typeof Report>) {
    return this.reportTestRun.execute(testRunId, body);
  }
}
