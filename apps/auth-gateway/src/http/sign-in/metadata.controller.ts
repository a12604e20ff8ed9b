import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DescribeService } from '../../use-cases/describe-service.js';

/** What providers read about us: one address for each connection of WS-Federation and SAML. */
@Controller('login/metadata/:connectionId')
@ApiExcludeController()
export class MetadataController {
  constructor(private readonly describeService: DescribeService) {}

  @Get()
  @Header('content-type', 'application/samlmetadata+xml; charset=utf-8')
  @Header('cache-control', 'public, max-age=300')
  @Header('x-content-type-options', 'nosniff')
  describe(@Param('connectionId') connectionId: string): Promise<string> {
    return this.describeService.execute(connectionId);
  }
}
