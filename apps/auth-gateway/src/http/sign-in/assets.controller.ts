import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { styles, stylesPath } from './styles.js';

@Controller()
@ApiExcludeController()
export class AssetsController {
  @Get(stylesPath)
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'public, max-age=31536000, immutable')
  styles(): string {
    return styles;
  }
}
